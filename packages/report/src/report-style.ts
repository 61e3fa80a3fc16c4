/** @file The report's style sheet: light and dark by the reader's setting, dark text on white on paper. */

const dark = `--paper:#16181c;--card:#1e2127;--ink:#eceef1;--soft:#a6acb5;--line:#383d46;--accent:#6cb6ff;
--good:#57c785;--bad:#ff8a80;--warn:#f0b95a`;

export const reportStyle = `
:root{color-scheme:light dark;--paper:#ffffff;--card:#f6f7f9;--ink:#16191d;--soft:#59616b;--line:#d5d9df;--accent:#0b5cad;
--good:#157347;--bad:#b3261e;--warn:#8a5a00}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:32px 24px 64px;max-width:1180px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
header{border-bottom:2px solid var(--ink);padding-bottom:12px;margin-bottom:24px}
h1{font-size:26px;line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:19px;margin:36px 0 12px;padding-bottom:4px;border-bottom:1px solid var(--line)}
h3{font-size:15px;margin:0 0 8px}
p{margin:6px 0;max-width:75ch}
.soft{color:var(--soft)}
.status{display:inline-block;font-weight:600;font-size:13px;padding:1px 10px;border:1.5px solid currentColor;border-radius:999px}
.finished{color:var(--good)}.failed{color:var(--bad)}.running,.stopped{color:var(--warn)}
dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:0}dl div{min-width:120px}
dt{color:var(--soft);font-size:12.5px}dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.wide{display:flex;flex-wrap:wrap;gap:28px 44px;align-items:flex-start}
.table{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th{text-align:right;font-weight:600;padding:4px 14px;border-bottom:1.5px solid var(--ink);white-space:nowrap}
td{text-align:right;padding:3px 14px;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;padding-left:0}
tbody th{border-bottom:1px solid var(--line);font-weight:400}
td.best{font-weight:700}
.notes{font-size:12.5px;color:var(--soft);margin-top:6px}
.curves{display:flex;flex-wrap:wrap;gap:20px 28px}.curves>*{flex:0 1 350px}
.curves svg{display:block;width:100%;height:auto}
.chart-title{fill:var(--ink)}.chart-text,.chart-text text{fill:var(--soft)}.chart-grid{stroke:var(--line)}
figure{margin:0 0 28px}figure>svg,figure>img{display:block;width:100%;height:auto;background:#fff;border:1px solid var(--line)}
figcaption{color:var(--soft);font-size:13.5px;margin-top:6px}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:14px 16px;overflow-x:auto;
font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:40px;padding-top:10px;border-top:1px solid var(--line);font-size:12.5px;color:var(--soft)}
@media print{body{padding:0;max-width:none;font-size:10.5pt}h2{break-after:avoid}figure,.table,.curves>*{break-inside:avoid}
.table{overflow:visible}.wide,.curves{display:block}.wide>*,.curves>*{display:inline-block;vertical-align:top;margin:0 24px 18px 0}
.curves>*{width:45%}@page{margin:14mm}}
`;
