/** @file A small typed SVG writer. Everything is escaped; numbers are rounded; no ids are made, so figures can share a page. */

export type SvgAttributes = { readonly [name: string]: string | number | undefined };
export type SvgNode = {
  readonly name: string;
  readonly attributes: SvgAttributes;
  readonly children: readonly (SvgNode | string)[];
};
export type SvgDocument = {
  /** In `unit`; the drawing's coordinates are in the same unit. */
  readonly width: number;
  readonly height: number;
  readonly unit: 'mm' | 'px';
  readonly title: string;
  readonly description?: string;
  readonly children: readonly SvgNode[];
};

/** The fonts of all drawings: the one that ships with this package, then what a browser has. */
export const fontFamily = "'DejaVu Sans Condensed', 'Helvetica Neue', Arial, sans-serif";

/** An element. @example el('rect', { x: 0, y: 0, width: 5, height: 5, fill: '#fff' }) */
export function el(
  name: string,
  attributes: SvgAttributes,
  ...children: readonly (SvgNode | string)[]
): SvgNode {
  return { name, attributes, children };
}

/** A group. */
export function group(attributes: SvgAttributes, children: readonly SvgNode[]): SvgNode {
  return { name: 'g', attributes, children };
}

/** A complete SVG file with a title for screen readers. */
export function svgDocument(of: SvgDocument): string {
  const children = [
    el('title', {}, of.title),
    ...(of.description === undefined ? [] : [el('desc', {}, of.description)]),
    ...of.children,
  ];
  return renderSvg(
    el(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width: `${rounded(of.width)}${of.unit}`,
        height: `${rounded(of.height)}${of.unit}`,
        viewBox: `0 0 ${rounded(of.width)} ${rounded(of.height)}`,
        role: 'img',
        'font-family': fontFamily,
      },
      ...children,
    ),
  );
}

/** The markup of a node. Attributes that are undefined or not finite are left out. */
export function renderSvg(node: SvgNode): string {
  const attributes = Object.entries(node.attributes)
    .filter(
      ([, value]) => value !== undefined && !(typeof value === 'number' && !Number.isFinite(value)),
    )
    .map(
      ([name, value]) =>
        ` ${name}="${escapeXml(typeof value === 'number' ? rounded(value) : (value as string))}"`,
    )
    .join('');
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  const children = node.children.map((c) => (typeof c === 'string' ? escapeXml(c) : renderSvg(c)));
  return `<${node.name}${attributes}>${children.join('')}</${node.name}>`;
}

/**
 * Path data through the points (x[i], y[i]); a point that is not finite lifts the pen, and a lone point between two
 * gaps is drawn as a dot (a zero-length line with round caps).
 */
export function linePath(x: ArrayLike<number>, y: ArrayLike<number>): string {
  const parts: string[] = [];
  let down = 0;
  for (let i = 0; i < x.length; i++) {
    const px = x[i] as number;
    const py = y[i] as number;
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      if (down === 1) parts.push('h0');
      down = 0;
      continue;
    }
    parts.push(`${down === 0 ? 'M' : 'L'}${rounded(px)} ${rounded(py)}`);
    down++;
  }
  if (down === 1) parts.push('h0');
  return parts.join('');
}

/** Escapes text for XML and HTML, in elements and quoted attributes; control characters, not allowed there, go. */
export function escapeXml(text: string): string {
  return (
    text
      .replace(/\p{Surrogate}/gu, '\ufffd')
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/'/g, '&#39;')
  );
}

/** At most three decimals: a thousandth of a millimetre or pixel is below what is seen. */
export function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000 + 0); // + 0: no "-0"
}
