"""How the report of `compare` looks, in light and in dark."""

STYLE = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1e24;--soft:#667085;--line:#e3e6eb;
--accent:#2f6fed;--missing:#d92d20;--class:#9333ea;--extent:#b45309;--boundary:#0e7490}
@media(prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1d2026;--ink:#e8eaee;--soft:#98a1b0;
--line:#2e333c;--accent:#6ea0ff;--missing:#ff7a6e;--class:#c58bff;--extent:#f0a35a;
--boundary:#52c4d8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:36px 20px 60px}
h1{font-size:27px;margin:0;line-height:1.25}
h2{font-size:18px;margin:0 0 4px}
h3{font-size:15px;margin:18px 0 8px;font-weight:600}
p{margin:6px 0}
.note{color:var(--soft);font-size:13.5px;margin:2px 0 12px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;
margin-top:18px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;
margin-top:20px}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tiles b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:13px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--soft);font-size:12.5px;text-align:left;padding:5px 10px}
td{padding:6px 10px;border-top:1px solid var(--line);white-space:nowrap}
th.n,td.n{text-align:right}
th:first-child,td:first-child{padding-left:0}
i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;
box-shadow:inset 0 0 0 1px #8886}
td.bar{position:relative;min-width:150px;text-align:right}
td.bar span{position:absolute;left:10px;bottom:6px;height:18px;max-width:calc(100% - 70px);
background:var(--accent);opacity:.28;border-radius:3px}
.matrices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:22px}
figure{margin:0}
.matrices figcaption{font-weight:600;font-size:14px;margin-bottom:4px}
.matrices td,.matrices th{text-align:center;padding:7px 6px}
.matrices td:first-child{text-align:left;max-width:120px;overflow:hidden;text-overflow:ellipsis}
td.heat{text-align:center;min-width:64px;
background:color-mix(in srgb,var(--accent) var(--s),transparent);
border:2px solid var(--card);
border-radius:6px}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;font-size:13.5px;margin-bottom:6px}
svg{display:block;width:100%;max-width:860px;height:auto;font:11.5px system-ui,sans-serif}
svg text{fill:var(--soft)}
svg .name{fill:var(--ink);font-size:12.5px}
svg .tick,svg .rule{stroke:var(--line)}
svg .zero{stroke:var(--soft);stroke-dasharray:3 3}
svg .unsure line{opacity:.35}
svg .unsure circle{opacity:.45}
ul{margin:10px 0 0;padding-left:20px}
small{color:var(--soft);font-size:12.5px}
b.missing{color:var(--missing)}b.class{color:var(--class)}b.extent{color:var(--extent)}
b.boundary{color:var(--boundary)}
.cards{display:grid;gap:16px;margin-top:18px;
grid-template-columns:repeat(auto-fill,minmax(min(470px,100%),1fr))}
article{border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
article h3{margin:0 0 8px}
article h3 b{margin-right:8px}
article .note{margin:8px 0 0;overflow-wrap:anywhere}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(102px,1fr));gap:8px}
.panels img{width:100%;aspect-ratio:1;object-fit:contain;background:#0d0e11;border-radius:6px;
display:block;image-rendering:pixelated}
.panels figcaption{font-size:12.5px;color:var(--soft);text-align:center;margin-top:3px;
overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.panels .alone img{outline:2px solid var(--missing);outline-offset:1px}
.panels .alone figcaption{color:var(--missing);font-weight:600}
.warning{margin-top:10px;color:var(--extent);font-size:14px}
footer{color:var(--soft);font-size:12.5px;text-align:center;margin-top:26px}
"""
