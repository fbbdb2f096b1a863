import { formatInstant } from "@/core/time";
import { FAULT_NAMES, FaultMode } from "./faults";
import type { Program } from "./http";

/** Text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A table; cells are text, not HTML, unless wrapped by `link`. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | { html: string })[])[],
  empty: string,
): string {
  if (rows.length === 0) return `<p class="empty">${escapeHtml(empty)}</p>`;
  const cell = (value: string | { html: string }) => (typeof value === "string" ? escapeHtml(value) : value.html);
  const line = (cells: readonly (string | { html: string })[], tag: string) =>
    `<tr>${cells.map((value) => `<${tag}>${cell(value)}</${tag}>`).join("")}</tr>`;
  return `<table>${line(head, "th")}${rows.map((row) => line(row, "td")).join("")}</table>`;
}

export const link = (href: string, text: string): { html: string } => ({
  html: `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`,
});

/** An instant for people, in Beijing time. */
export const beijing = (at: Date | string): string => formatInstant(new Date(at));

const STYLE = `body{font:15px/1.7 "Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1f2937;max-width:1100px;margin:24px auto;padding:0 24px}
h1{font-size:22px;margin:0}.demo{color:#b45309}table{border-collapse:collapse;width:100%;margin:12px 0}th,td{border:1px solid #d1d5db;padding:6px 10px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f3f4f6;white-space:nowrap}button{margin-right:8px;padding:4px 12px;font:inherit}button[aria-pressed=true]{background:#1d4ed8;color:#fff}.empty{color:#6b7280}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}`;

/** The frame of every status page: name, purpose, fault switch, content. */
export function pageOf(program: Program, content: string): string {
  const buttons = FaultMode.options.map(
    (mode) =>
      `<button aria-pressed="${mode === program.faults.mode}" onclick="fetch('/faults',{method:'PUT',body:JSON.stringify({mode:'${mode}'})}).then(()=>location.reload())">${FAULT_NAMES[mode]}</button>`,
  );
  return plainPage(
    program.title,
    `<h1>${escapeHtml(program.title)}</h1><p class="demo">演示环境 · 无法律效力 · 本页是信标平台以外的系统</p><p>${escapeHtml(program.purpose)}</p><p>故障开关：${buttons.join("")}</p>${content}`,
  );
}

export const plainPage = (title: string, content: string): string =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style><body>${content}</body></html>`;
