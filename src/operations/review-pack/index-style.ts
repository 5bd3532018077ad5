/** The page's style: system fonts, light and dark, and ink only where it tells something when printed. */
export const INDEX_STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--line:#d8dee4;--ground:#fff;--tint:#f6f8fa;--bad:#b42318;--good:#116329;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--text:#e6e9ed;--soft:#9aa4af;--line:#30363d;--ground:#0d1117;--tint:#161b22;--bad:#ff8b80;--good:#56d364;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0;display:inline}
.eyebrow{margin:0 0 .25rem;color:var(--soft);font-size:.85rem}
.lead{margin:.4rem 0 0;color:var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
.facts div{border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.facts dt{color:var(--soft);font-size:.8rem}
.facts dd{margin:0;font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
.facts small{font-size:.75rem;font-weight:400;color:var(--soft)}
.root code,.root b{overflow-wrap:anywhere}
.bad{color:var(--bad)}.good{color:var(--good)}
code{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em;background:var(--tint);padding:.1em .3em;border-radius:.25rem}
a{color:var(--link)}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;font-size:.8rem}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{margin:.75rem 0}
summary{cursor:pointer;padding:.4rem 0}
summary span{color:var(--soft)}
@media print{body{font-size:10pt}main{max-width:none;padding:0}a{color:inherit;text-decoration:none}thead{display:table-header-group}tr{break-inside:avoid}h2,summary{break-after:avoid}.scroll{overflow:visible}}
`;
