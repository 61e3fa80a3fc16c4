/** @file `dualbeat track ...` and `dualbeat ui`. */
import type { Command } from 'commander';
import type { SyncFlags, TrackFlags, UiFlags } from '../commands/track.ts';
import type { Done } from './group.ts';

export function addTrack(program: Command, done: Done): void {
  const track = program.command('track').description('runs in MLflow');
  track
    .command('sync')
    .description('send what an MLflow server does not have yet of the runs here; safe to repeat')
    .option('--uri <uri>', 'the server; else MLFLOW_TRACKING_URI')
    .option('--runs-root <folder>', 'where run folders are', 'runs')
    .option('--experiment <name>', 'only this experiment')
    .option('--models', 'also log the best checkpoint of each finished stage as a model')
    .option('--register <name>', 'register the models under this name (with --models)')
    .option('--alias <alias>', 'give the registered version this alias')
    .option('--json', 'print as JSON')
    .action(async (options: SyncFlags) => {
      const { sync } = await import('../commands/track.ts');
      done(await sync(options));
    });
  track
    .command('status')
    .description('how much of each stage the server has; asks the files only')
    .option('--uri <uri>', 'the server; else MLFLOW_TRACKING_URI')
    .option('--runs-root <folder>', 'where run folders are', 'runs')
    .option('--json', 'print as JSON')
    .action(async (options: TrackFlags) => {
      const { status } = await import('../commands/track.ts');
      done(await status(options));
    });
  program
    .command('ui')
    .description('start a local MLflow server on this machine and send all runs to it')
    .option('--runs-root <folder>', 'where run folders are', 'runs')
    .option('--folder <folder>', 'where its database and artifacts lie; else <runs root>/.mlflow')
    .option('--port <port>', 'port on 127.0.0.1', '5000')
    .option('--once', 'send, then end: for trying it out')
    .action(async (options: UiFlags) => {
      const { ui } = await import('../commands/track.ts');
      done(await ui(options));
    });
}
