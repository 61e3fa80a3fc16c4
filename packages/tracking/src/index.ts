/** @file Journals to mlflow. */
export {};
