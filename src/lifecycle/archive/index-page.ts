import { formatInstant } from "@/core/time";
import { CATALOGUE, type Letter } from "./rules";
import type { ArchiveItem, ArchiveManifest } from "./schema";

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const href = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

const STYLE = `body{font:15px/1.7 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ddd;padding:.3rem .5rem;text-align:left;vertical-align:top}
td.hash{font-family:monospace;font-size:12px;word-break:break-all}td.size{text-align:right;white-space:nowrap}`;

/** The readable index (归档目录): one page, no script, opens in any browser from the unpacked folder. */
export function indexPage(manifest: Omit<ArchiveManifest, "format">): string {
  const { lot, tender, platform, items } = manifest;
  const groups = (Object.keys(CATALOGUE) as Letter[]).map((letter) => {
    const rows = items.filter(({ catalogue }) => catalogue === letter);
    return `<h2>${letter}　${CATALOGUE[letter]}</h2>\n${rows.length ? table(rows) : "<p>归档时没有此类文件。</p>"}`;
  });
  return `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>${escaped(lot.name)} 归档目录</title><style>${STYLE}</style></head>
<body>
<h1>${escaped(tender.name)}　${escaped(lot.name)}　归档目录</h1>
<p>标段编号 ${escaped(lot.code)}；招标人 ${escaped(tender.tenderer.name)}${tender.agency ? `；招标代理 ${escaped(tender.agency.name)}` : ""}。</p>
<p>${escaped(platform.name)}（${escaped(platform.code)}，运营：${escaped(platform.operator.name)}）于 ${formatInstant(new Date(manifest.builtAt))} 归档，规则版本 ${escaped(manifest.ruleset)}。</p>
<p>核验：<code>npx xinbiao verify 本归档包.zip</code>，不需要联网。清单 manifest.json 由平台签名（manifest.statement.json）。</p>
${groups.join("\n")}
</body>
</html>
`;
}

const table = (rows: readonly ArchiveItem[]): string =>
  `<table><thead><tr><th>文件</th><th>大小（字节）</th><th>SHA-256</th></tr></thead><tbody>\n${rows
    .map(
      ({ path, title, size, sha256 }) =>
        `<tr><td><a href="${href(path)}">${escaped(title)}</a></td><td class="size">${size}</td><td class="hash">${sha256}</td></tr>`,
    )
    .join("\n")}\n</tbody></table>`;
