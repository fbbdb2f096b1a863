"use client";

import { SelectField, TextArea } from "@/ui/fields";
import type { EditorState } from "../editor";
import { MODELS, type ModelId } from "../standard/compose";

const CHOICES = [
  ["", "不使用，只上传文件"],
  ...Object.values(MODELS).map(({ id, title }) => [id, title] as const),
] as readonly (readonly [ModelId | "", string])[];

/** Chooses the model text and writes what departs from it; every departure is marked here and in the composed file. */
export function StandardEditor({
  standard,
  onChange,
}: {
  standard: EditorState["standard"];
  onChange(standard: EditorState["standard"]): void;
}) {
  const change = (id: string, text: string, model: string) => {
    const { [id]: _, ...others } = standard!.changes;
    onChange({ ...standard!, changes: text.trim() && text !== model ? { ...others, [id]: text } : others });
  };
  return (
    <fieldset className="group">
      <legend>示范文本</legend>
      <SelectField
        label="编制方式"
        value={standard?.model ?? ""}
        options={CHOICES}
        onChange={(model) => onChange(model ? { model, changes: standard?.changes ?? {} } : undefined)}
      />
      {standard && (
        <>
          <p className="small muted">
            {MODELS[standard.model].version}
            ，平台示范文本，非国家标准文件。花括号中的内容由表单带出。与示范文本不同之处会在招标文件中标明。
          </p>
          {MODELS[standard.model].chapters.map((chapter) => (
            <details key={chapter.id} open={chapter.clauses.some(({ fillIn }) => fillIn)}>
              <summary>{chapter.title}</summary>
              {chapter.clauses.map(({ id, title, text, fillIn }) => {
                const own = standard.changes[id];
                const mark = fillIn ? (own ? "" : "（待填写）") : own === undefined ? "" : "（与示范文本不同）";
                return (
                  <div key={id} className={own !== undefined && !fillIn ? "note warn" : undefined}>
                    <TextArea
                      label={`${title}${mark}`}
                      value={own ?? (fillIn ? "" : text)}
                      required={false}
                      rows={3}
                      onChange={(value) => change(id, value, fillIn ? "" : text)}
                    />
                    {fillIn && <p className="small muted">{text}</p>}
                    {own !== undefined && !fillIn && (
                      <p className="small">
                        <del>{text}</del>{" "}
                        <button type="button" className="btn" onClick={() => change(id, "", text)}>
                          恢复示范文本
                        </button>
                      </p>
                    )}
                  </div>
                );
              })}
            </details>
          ))}
        </>
      )}
    </fieldset>
  );
}
