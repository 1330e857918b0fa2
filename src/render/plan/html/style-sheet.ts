/** Of the plan as a page; light, dark and on paper, wide and narrow, nothing loaded from elsewhere. */
export const STYLE_SHEET = `
:root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--fg:#16212d;--dim:#5b6875;--line:#dde3e9;--lane:#eef2f5;--code:#f2f5f7;--accent:#0f5c8c;--sea:#0b2a3f;--green:#16763a;--green-bg:#e5f5ea;--red:#b3261e;--red-bg:#fcebea;--amber:#8a5600;--amber-bg:#fdf3dc;--blue:#0f5c8c;--blue-bg:#e4f0f8;--violet:#6b3fa0;--violet-bg:#f1eaf9}
@media (prefers-color-scheme:dark){:root{--bg:#0e141a;--card:#161e26;--fg:#e4eaf0;--dim:#96a4b2;--line:#2a3641;--lane:#121a21;--code:#1d2731;--accent:#74bdf0;--sea:#081c2b;--green:#57cc7e;--green-bg:#12301d;--red:#ff8a80;--red-bg:#3a1715;--amber:#eebd5f;--amber-bg:#35270b;--blue:#74bdf0;--blue-bg:#112b3d;--violet:#c3a0f0;--violet-bg:#2a1d3d}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
code,.names,.cargo b,.tags,.values,svg text,.step summary{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.92em}
header>*{max-width:1112px;margin-inline:auto}main,footer{max-width:1160px;margin-inline:auto}
header{background:var(--sea);color:#eef5fa;padding:30px 24px 34px}
.eyebrow{margin-block:0;font-size:12px;letter-spacing:.14em;text-transform:uppercase;color:#8fc3e6}
h1{font-size:30px;line-height:1.2;margin-block:4px 0}
h1 span{font-weight:400;color:#b8d0e0}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:10px;padding:0;margin-block:20px 0}
.tile{background:rgba(255,255,255,.08);border-radius:10px;padding:9px 16px 10px;border-top:3px solid #6f8ca0;min-width:96px;max-width:340px}
.tile b{display:block;font-size:24px;line-height:1.15;font-variant-numeric:tabular-nums}
.tile span{font-size:13px;color:#c3d6e3}
.tile small{display:block;font-size:12px;color:#c3d6e3}
.tile.create,.tile.adopt,.tile.calm-tile{border-color:#4fc37a}.tile.replace,.tile.update,.tile.down{border-color:#eebd5f}.tile.delete{border-color:#ff8a80}.tile.move{border-color:#c3a0f0}
main{padding:8px 24px 24px}
section{margin-top:30px}
h2{font-size:20px;margin:0 0 8px}
h3{font-size:15px;margin:0}
.lead{color:var(--dim);margin:0 0 12px}
.calm{font-size:17px;margin:28px 0 0}
.notice{border-radius:10px;padding:14px 18px;border-left:5px solid}
.notice h2{font-size:16px;margin:0 0 4px}
.notice ul{margin:0;padding-left:20px}
.notice+.notice{margin-top:12px}
.danger{background:var(--red-bg);border-color:var(--red)}.danger h2{color:var(--red)}
.warning{background:var(--amber-bg);border-color:var(--amber)}.warning h2{color:var(--amber)}
.group{background:var(--card);border:1px solid var(--line);border-radius:12px;margin-bottom:14px;overflow:hidden}
.group h3{padding:11px 18px;border-bottom:1px solid var(--line)}
.change{display:grid;grid-template-columns:112px minmax(0,1fr);gap:2px 14px;padding:12px 18px;align-items:baseline}
.change+.change{border-top:1px solid var(--line)}
.change.lost{background:var(--red-bg)}
.badge{grid-row:span 2;justify-self:start;border-radius:20px;padding:1px 11px 2px;font-size:13px;font-weight:600;background:var(--amber-bg);color:var(--amber)}
.badge i,.tags i,.cargo i{font-style:normal}
.create .badge,.adopt .badge{background:var(--green-bg);color:var(--green)}
.delete .badge{background:var(--red-bg);color:var(--red)}
.move .badge{background:var(--violet-bg);color:var(--violet)}
.names{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:0;padding:0;font-size:14px}
.host,.cargo small,.host-card small,.id{color:var(--dim);font-weight:400}
.cause{grid-column:2;margin:0;color:var(--dim);font-size:14px}
.change details{grid-column:2;margin-top:6px}
summary{cursor:pointer}
.change summary,.all>summary{color:var(--accent);font-size:14px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.differences{border:1px solid var(--line);border-radius:8px;margin-top:6px;overflow:hidden}
.difference{display:grid;grid-template-columns:minmax(150px,260px) minmax(0,1fr)}
.difference+.difference{border-top:1px solid var(--line)}
.path{padding:6px 12px;background:var(--code);font-size:13px}
.path em{display:block;font-style:normal;font-size:12px;color:var(--dim)}
.path .who{color:var(--violet);font-weight:600}
.values{font-size:13px;line-height:1.6;white-space:pre-wrap;padding:3px 0}
.values div{padding:1px 12px;display:flex;gap:8px}
.values i{font-style:normal;flex:none;user-select:none}
.gone{background:var(--red-bg);color:var(--red)}.come{background:var(--green-bg);color:var(--green)}.skipped{color:var(--dim)}.values i{min-width:1ch}
.promises{list-style:none;padding:0;margin:0;display:grid;gap:6px;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr))}
.promises li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px 8px 34px;position:relative}
.promises li::before{content:"✓";position:absolute;left:13px;color:var(--green);font-weight:700}
.promises .broken::before{content:"!";color:var(--amber)}
.graph{display:flex;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px;max-height:620px;overflow-y:auto}
.lanes{position:relative;list-style:none;margin:0;padding:0;flex:none;width:96px;font-size:13px;font-weight:600}
.lanes li{position:absolute;left:0;right:8px;display:flex;align-items:center;line-height:1.25}
.scroll{overflow-x:auto;overflow-y:hidden;flex:1;min-width:0}
svg{display:block}
.lane{fill:var(--lane)}
.edge{fill:none;stroke:var(--dim);stroke-opacity:.45;stroke-width:1.3}
.box rect{fill:var(--card);stroke:var(--dim);stroke-width:1.2}
.box text{font-size:11.5px;fill:var(--fg);font-weight:600}
.box .small{font-size:11px;fill:var(--dim);font-weight:400}
.box .number{text-anchor:end;fill:var(--dim);font-weight:400;font-size:10.5px}
.box:hover rect,.box:focus rect{stroke-width:2.4}
.box.image rect{stroke:var(--blue);fill:var(--blue-bg)}
.box.network rect,.box.volume rect,.box.swarm rect,.box.gateway rect{stroke:var(--violet);fill:var(--violet-bg)}
.box.create rect,.box.start rect,.box.wait rect{stroke:var(--green);fill:var(--green-bg)}
.box.network.create rect,.box.volume.create rect{stroke:var(--violet);fill:var(--violet-bg)}
.box.stop rect,.box.remove rect,.box.delay rect{stroke:var(--amber);fill:var(--amber-bg)}
.box.lost rect{stroke:var(--red);fill:var(--red-bg);stroke-width:2.4}
.all{margin-top:12px}
.step-list{margin-top:8px;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}
.step+.step{border-top:1px solid var(--line)}
.step summary{padding:6px 16px;font-size:13px}
.step .id{display:inline-block;min-width:30px}
.step.lost{background:var(--red-bg)}strong.lost{color:var(--red)}
dl{display:grid;grid-template-columns:52px minmax(0,1fr);gap:3px 12px;margin:0;padding:4px 16px 12px 46px;font-size:14px;scroll-margin-top:60px}
dl:target{background:var(--blue-bg)}
dt{color:var(--dim)}dd{margin:0}
a{color:var(--accent)}
.hosts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(250px,100%),1fr));gap:14px}
.host-card{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--accent);border-radius:12px;padding:12px 14px 14px}
.cargo{list-style:none;margin:10px 0 0;padding:0;display:grid;gap:6px}
.box-item{border-radius:7px;padding:5px 10px;background:var(--code);border-left:4px solid var(--line)}
.box-item b{font-size:14px;display:block}
.box-item b i{display:inline-block;min-width:1.1em;color:var(--dim)}
.box-item b i:empty{display:none}
.box-item small{display:block;font-size:12px}
.box-item.create{border-color:var(--green);background:var(--green-bg)}
.box-item.replace,.box-item.update{border-color:var(--amber);background:var(--amber-bg)}
.box-item.move{border-color:var(--violet);background:var(--violet-bg)}
.box-item.leaves{border-color:var(--red);border-left-style:dashed}
.empty{color:var(--dim)}
.tags{list-style:none;display:flex;flex-wrap:wrap;gap:6px;margin:10px 0 0;padding:0;font-size:12px}
.tags li{border:1px solid var(--line);border-radius:20px;padding:1px 10px;color:var(--dim)}
.tags .delete{color:var(--red);border-color:var(--red)}.tags .create{color:var(--green);border-color:var(--green)}
.images{border-collapse:collapse;background:var(--card);border:1px solid var(--line);width:100%;font-size:13px}
.images td{padding:6px 12px;border-top:1px solid var(--line);vertical-align:top}
footer{color:var(--dim);font-size:12px;padding:10px 24px 30px}
@media (max-width:640px){header,main,footer{padding-inline:16px}h1{font-size:24px}.change{grid-template-columns:minmax(0,1fr)}.cause,.change details{grid-column:1}.badge{grid-row:auto;margin-bottom:4px}.difference{grid-template-columns:minmax(0,1fr)}.lanes{width:64px;font-size:12px}.tile{flex:1 1 40%;max-width:none}.images td{display:block}.images td+td{border-top:0;padding-top:0}dl{padding-left:16px}}
@media print{body{background:#fff}.graph{max-height:none}.scroll{overflow:visible}details::details-content{content-visibility:visible;block-size:auto}}
`;
