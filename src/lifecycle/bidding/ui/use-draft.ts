"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { dropFile, keepFile, loadDraft, saveDraft } from "../client/draft-store";
import { DRAFT_LIMITS, type Draft, EMPTY_DRAFT, EXTRA_SLOT, refusalOfFile, withFile } from "../draft";

export interface DraftHandle {
  readonly draft: Draft;
  readonly loaded: boolean;
  /** Why the draft cannot be kept; empty while it can. */
  readonly problem: string;
  /** `saving`, `saved`, or empty before the first change. */
  readonly status: "" | "saving" | "saved";
  setField(id: string, typed: string): void;
  /** Adds files to one place; answers with what was not added and why. */
  add(slot: string, files: readonly File[]): Promise<string[]>;
  remove(fileId: string): void;
}

/** The draft of one lot in this browser: every change is kept at once, and a reload finds it again. */
export function useDraft(orgId: string, lotId: string): DraftHandle {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [loaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState("");
  const [status, setStatus] = useState<DraftHandle["status"]>("");
  const newest = useRef<Draft>(EMPTY_DRAFT);
  // Saves run one after another, so that an older one never lies over a newer one.
  const saving = useRef<Promise<void>>(Promise.resolve());

  const told = useCallback(
    (error: unknown) => setProblem(error instanceof Error && error.message ? error.message : "草稿没有保存，请重试。"),
    [],
  );
  useEffect(() => {
    loadDraft(orgId, lotId)
      .then((read) => {
        newest.current = read;
        setDraft(read);
      })
      .catch(told)
      .finally(() => setLoaded(true));
  }, [orgId, lotId, told]);

  const change = useCallback(
    (make: (old: Draft) => Draft) => {
      newest.current = make(newest.current);
      const mine = newest.current;
      setDraft(mine);
      setStatus("saving");
      saving.current = saving.current
        .then(() => (mine === newest.current ? saveDraft(orgId, lotId, mine) : undefined))
        .then(() => {
          if (mine !== newest.current) return;
          setProblem("");
          setStatus("saved");
        })
        .catch(told);
    },
    [orgId, lotId, told],
  );

  return {
    draft,
    loaded,
    problem,
    status,
    setField: (id, typed) => change((old) => ({ ...old, form: { ...old.form, [id]: typed } })),
    async add(slot, files) {
      const refused: string[] = [];
      for (const file of files) {
        const sentence = refusalOfFile(
          { name: file.name, sizeBytes: file.size },
          new Uint8Array(await file.slice(0, 8).arrayBuffer()),
        );
        const extras = newest.current.files.filter((one) => one.slot === EXTRA_SLOT).length;
        if (sentence) refused.push(sentence);
        else if (slot === EXTRA_SLOT && extras >= DRAFT_LIMITS.extraFiles)
          refused.push(`补充文件最多 ${DRAFT_LIMITS.extraFiles} 个，“${file.name}”没有添加。`);
        else {
          try {
            const replaced = slot === EXTRA_SLOT ? undefined : newest.current.files.find((one) => one.slot === slot);
            const kept = await keepFile(orgId, lotId, slot, file);
            change((old) => withFile(old, kept));
            if (replaced) await dropFile(orgId, lotId, replaced.id);
          } catch (error) {
            refused.push(error instanceof Error ? error.message : `“${file.name}”没有添加，请重试。`);
          }
        }
      }
      return refused;
    },
    remove(fileId) {
      change((old) => ({ ...old, files: old.files.filter(({ id }) => id !== fileId) }));
      void dropFile(orgId, lotId, fileId);
    },
  };
}
