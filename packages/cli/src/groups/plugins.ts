/** @file `dualbeat plugins ...`. */
import type { Command } from 'commander';
import type { DoctorFlags } from '../commands/plugins-doctor.ts';
import type { InfoFlags } from '../commands/plugins-info.ts';
import type { ListFlags } from '../commands/plugins-list.ts';
import type { NewPluginFlags } from '../commands/plugins-new.ts';
import type { Done } from './group.ts';

export function addPlugins(program: Command, done: Done): void {
  const plugins = program.command('plugins').description('plugins and their components');
  plugins
    .command('list')
    .description('list the components of every installed plugin; none of their code runs')
    .option('--kind <kind>', 'of one kind only: encoder, loss, ...')
    .option('--json', 'print as JSON')
    .action(async (options: ListFlags) => {
      const { listPlugins } = await import('../commands/plugins-list.ts');
      done(listPlugins(options));
    });
  plugins
    .command('info [id]')
    .description(
      'options, version and citation of a component, of all of a package, or of all that are installed',
    )
    .option('--kind <kind>', 'where an id is of more than one kind')
    .option('--markdown', 'print the option tables for a README')
    .option('--json', 'print as JSON, with the JSON Schema of the options')
    .action(async (id: string | undefined, options: InfoFlags) => {
      const { pluginInfo } = await import('../commands/plugins-info.ts');
      done(await pluginInfo(id, options));
    });
  plugins
    .command('doctor [plugins...]')
    .description('check manifests, versions, code and option schemas of the installed plugins')
    .option('--json', 'print as JSON')
    .action(async (names: readonly string[], options: DoctorFlags) => {
      const { pluginsDoctor } = await import('../commands/plugins-doctor.ts');
      done(await pluginsDoctor(names, options));
    });
  plugins
    .command('new <name>')
    .description('make a plugin package that type-checks and passes its conformance suite')
    .requiredOption('--kind <kind>', 'encoder, loss, head, ...: a kind without a template is told')
    .option('--into <folder>', 'an empty or missing folder; absent: ./<name>')
    .option('--packages <folder>', 'folder of the packed packages (npm run pack)')
    .option('--json', 'print what was written as one line of JSON')
    .action(async (name: string, options: NewPluginFlags) => {
      const { newPlugin } = await import('../commands/plugins-new.ts');
      done(await newPlugin(name, options));
    });
}
