/** @file Figures as SVG and PNG, and the report of a stage as one HTML file. */
export { lineChart } from './line-chart.ts';
export type { Chart, ChartSeries } from './line-chart.ts';
export { metricTables } from './metric-tables.ts';
export type { MetricRow, MetricTable } from './metric-tables.ts';
export { reportHtml } from './report-html.ts';
export type { Better } from './metric-html.ts';
export type { EpochEntry, StageReport } from './report-html.ts';
export {
  el,
  escapeXml,
  fontFamily,
  group,
  linePath,
  renderSvg,
  rounded,
  svgDocument,
} from './svg.ts';
export type { SvgAttributes, SvgDocument, SvgNode } from './svg.ts';
export { svgToPng } from './svg-to-png.ts';
export type { PngOptions } from './svg-to-png.ts';
export { fileName, writeFigure } from './write-figure.ts';
export type { FigurePaths } from './write-figure.ts';
