/** Striped bar on top of every page of a demonstration. */
export function DemoBar() {
  if (process.env.DEMO !== "1") return null;
  return (
    <div className="demo-bar" role="note" aria-label="演示环境提示">
      演示环境 · 无法律效力　<a href="/demo">演示台</a>
    </div>
  );
}
