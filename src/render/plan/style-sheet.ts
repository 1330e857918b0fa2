/** Of the plan as a page; light and dark, nothing loaded from elsewhere. */
export const STYLE_SHEET = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2733;--dim:#66717d;--line:#d8dee5;--card:#f6f8fa;--green:#1a7f37;--red:#b3261e;--yellow:#8a5a00;--blue:#0b5fb3}
@media (prefers-color-scheme:dark){:root{--bg:#12171d;--fg:#e3e8ee;--dim:#93a0ad;--line:#2c3640;--card:#1a2129;--green:#4ac26b;--red:#ff7b72;--yellow:#e0b060;--blue:#6cb6ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
header,main,footer{max-width:1200px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:24px;margin:0}
h2{font-size:18px;margin:28px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}
h3{font-size:15px;margin:16px 0 6px}
.summary{font-weight:600;margin:4px 0}
.danger{color:var(--red);font-weight:600}
.promises{list-style:none;padding:0;margin:0}
.promises li::before{content:"✓ ";color:var(--green)}
.change{font:13px/1.7 ui-monospace,monospace;padding:2px 8px;border-left:3px solid var(--yellow);margin:2px 0;background:var(--card)}
.change.create,.change.adopt{border-color:var(--green)}
.change.delete{border-color:var(--red)}
.change.lost{outline:1px solid var(--red)}
.change .host,.change .cause{color:var(--dim)}
.change table{border-collapse:collapse;margin:4px 0 6px 22px}
.change td{padding:1px 14px 1px 0;vertical-align:top;overflow-wrap:anywhere}
.gone{color:var(--red)}.gone::before{content:"- "}
.come{color:var(--green)}.come::before{content:"+ "}
.who{color:var(--dim)}
summary{cursor:pointer}
.graph{overflow:auto;border:1px solid var(--line);border-radius:6px;padding:12px;max-height:560px}
.edge{fill:none;stroke:var(--line);stroke-width:1.5}
.box rect{fill:var(--card);stroke:var(--dim)}
.box.image rect{stroke:var(--blue)}.box.network rect,.box.swarm rect,.box.gateway rect{stroke:var(--yellow)}.box.health rect{stroke:var(--green)}.box.lost rect{stroke:var(--red);stroke-width:2}
.box text{font:12px ui-monospace,monospace;fill:var(--fg)}
.box .small{font-size:10px;fill:var(--dim)}
.steps{border-collapse:collapse;font:13px/1.6 ui-monospace,monospace;margin-top:8px}
.steps th,.steps td{text-align:left;padding:1px 14px 1px 0;border-bottom:1px solid var(--line)}
.hosts{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:12px}
.host-card{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 12px}
.host-card ul{list-style:none;margin:0;padding:0;font:13px/1.7 ui-monospace,monospace}
.empty,.none,footer{color:var(--dim)}
footer{font-size:12px;padding:28px 24px;overflow-wrap:anywhere}
`;
