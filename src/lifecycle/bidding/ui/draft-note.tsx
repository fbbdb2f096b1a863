import type { useDraft } from "./use-draft";

/** Where the draft lies, and what became of the last change. */
export function DraftNote({ handle }: { handle: ReturnType<typeof useDraft> }) {
  return (
    <div className="note warn">
      <p>草稿保存在这台电脑的这个浏览器里，不会自动上传。换电脑、清除浏览器数据或使用无痕窗口时草稿不会跟随。</p>
      {handle.problem ? (
        <div role="alert" className="note danger">
          <p>{handle.problem}</p>
          {handle.movedOn && (
            <button type="button" className="btn" onClick={handle.renew}>
              读取最新草稿
            </button>
          )}
        </div>
      ) : (
        <p role="status">
          {
            {
              "": handle.loaded ? "草稿已就绪。" : "正在读取草稿…",
              saving: "正在保存…",
              saved: "已保存到本机。",
              renewed: "草稿刚在另一个标签页中更改，本页现在显示最新内容。",
            }[handle.status]
          }
        </p>
      )}
    </div>
  );
}
