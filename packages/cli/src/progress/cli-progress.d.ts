/** The part of cli-progress 3.12 that is used; the package has no types of its own. */
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: {
      format: string;
      stream?: NodeJS.WritableStream;
      hideCursor?: boolean;
      clearOnComplete?: boolean;
      fps?: number;
      etaBuffer?: number;
      forceRedraw?: boolean;
      gracefulExit?: boolean;
      barsize?: number;
      linewrap?: boolean | null;
    });
    start(total: number, value: number, payload?: object): void;
    update(value: number, payload?: object): void;
    stop(): void;
    isActive: boolean;
  }
}
