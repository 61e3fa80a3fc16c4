// @ts-check
/** @file The page of all components around the tables that `dualbeat plugins info --markdown` prints. */

/**
 * @param {string} tables
 * @returns {string} Markdown
 */
export function componentsPage(tables) {
  return `# Components

Options of every component of this repository, from their schemas; \`npm run docs:components\` writes this page. \`npx dualbeat plugins info <id>\`
prints one of them. A default of \`required\` must be said; with \`none\`, leaving it out means what the text says. \`a.b\` is the option \`b\` within \`a\`.

${tables}`;
}
