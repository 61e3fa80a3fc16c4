/** @file The report of a stage: one HTML file that needs no network, no script and no other file. */
import type { FigureFile, MetricValue, Named } from '@dualbeat/core';
import { inlineFigure } from './inline-figure.ts';
import { lineChart } from './line-chart.ts';
import type { ChartSeries } from './line-chart.ts';
import { metricSections } from './metric-html.ts';
import type { Better } from './metric-html.ts';
import { reportStyle } from './report-style.ts';
import { escapeXml } from './svg.ts';

/** An epoch of the journal: `metrics` by full name, as 'train/loss' and 'val/loss'. */
export type EpochEntry = { readonly epoch: number; readonly metrics: Named<number> };
export type StageReport = {
  readonly title: string;
  readonly status: 'finished' | 'running' | 'stopped' | 'failed';
  /** One sentence below the title: what the stage does, or why it failed. */
  readonly summary?: string;
  /** What a reader wants to know first: runtime, device, seed, duration, records per second. Name to text. */
  readonly facts: Named<string>;
  /** The resolved experiment, as YAML. */
  readonly settings: string;
  /** Names `<split>/<metric>[.<part>]`; a part `baseline-<name>` becomes a column beside the model's. */
  readonly metrics: Named<MetricValue>;
  /** By metric name without split ('nmse'): the best value of a row is set in bold. */
  readonly better?: Better;
  readonly epochs: readonly EpochEntry[];
  readonly figures: readonly FigureFile[];
  /** Paragraphs below the figures: limits, provenance of the data. */
  readonly notes?: readonly string[];
};

/** The report as HTML text; sections that have nothing to show are left out. Never throws. */
export function reportHtml(from: StageReport): string {
  const sections = [
    section('Metrics', metricSections(from.metrics, from.better ?? {})),
    section('Learning curves', curves(from.epochs)),
    section('Figures', from.figures.map(figure).join('\n')),
    section('Notes', (from.notes ?? []).map((note) => `<p>${escapeXml(note)}</p>`).join('\n')),
    section('Settings', from.settings === '' ? '' : `<pre>${escapeXml(from.settings)}</pre>`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeXml(from.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${escapeXml(from.title)}</h1>
<p><span class="status ${from.status}">${from.status}</span>${from.summary === undefined ? '' : ` ${escapeXml(from.summary)}`}</p>
</header>
<main>
${facts(from.facts)}
${sections.filter((s) => s !== '').join('\n')}
</main>
<footer>Made by Dualbeat. For research; not for diagnosis.</footer>
</body>
</html>
`;
}

function section(title: string, body: string): string {
  return body === '' ? '' : `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
}

function facts(named: Named<string>): string {
  const entries = Object.entries(named);
  if (entries.length === 0) return '';
  const items = entries.map(
    ([name, text]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(text)}</dd></div>`,
  );
  return `<dl>${items.join('')}</dl>`;
}

function figure(file: FigureFile): string {
  return `<figure>${inlineFigure(file)}<figcaption>${escapeXml(file.title)}</figcaption></figure>`;
}

/** One chart per metric, its splits as lines; metrics of a part or a baseline have no chart. */
function curves(epochs: readonly EpochEntry[]): string {
  const charts = new Map<string, Set<string>>();
  for (const { metrics } of epochs) {
    for (const name of Object.keys(metrics)) {
      const metric = name.slice(name.indexOf('/') + 1);
      if (metric.includes('.')) continue;
      charts.set(metric, (charts.get(metric) ?? new Set()).add(name));
    }
  }
  const drawn = [...charts].map(([metric, names]) => {
    const series = [...names].map((name): ChartSeries => {
      const split = name.includes('/') ? name.slice(0, name.indexOf('/')) : name;
      // Not every epoch is validated: the line joins those that were, and breaks at values that are not finite.
      const measured = epochs.filter((e) => e.metrics[name] !== undefined);
      return {
        name: split,
        x: measured.map((e) => e.epoch),
        y: measured.map((e) => e.metrics[name] as number),
      };
    });
    return `<div>${lineChart({ title: metric, xLabel: 'epoch', series })}</div>`;
  });
  return drawn.length === 0 ? '' : `<div class="curves">${drawn.join('\n')}</div>`;
}
