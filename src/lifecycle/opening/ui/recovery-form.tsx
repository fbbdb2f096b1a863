import { type ReactNode, useState } from "react";

/** Where a bidder whose certificate does not open its package gives the 应急解密码 instead. */
export function RecoveryForm({
  disabled,
  onCode,
  children,
}: {
  disabled: boolean;
  onCode(code: string): void;
  children?: ReactNode;
}) {
  const [code, setCode] = useState("");
  return (
    <details>
      <summary>遇到问题？使用应急解密码</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onCode(code);
        }}
      >
        <label className="field">
          <span>应急解密码（最后一次递交时保存的那一个；大小写、空格和连字符均可）</span>
          <input
            className="text"
            value={code}
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            onChange={(event) => setCode(event.target.value)}
          />
        </label>
        <button type="submit" className="btn" disabled={disabled || !code.trim()}>
          用应急解密码解密
        </button>
      </form>
      {children}
    </details>
  );
}
