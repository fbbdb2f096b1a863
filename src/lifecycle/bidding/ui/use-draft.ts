"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { TypedGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import type { TypedPrices } from "../bill/prices";
import type { DraftContent } from "../client/draft-copy";
import { DraftMovedOn, dropFile, keepFile, loadDraft, onDraftChange, saveDraft } from "../client/draft-store";
import type { TypedConsortium } from "../consortium/typed";
import type { TypedDeclaration } from "../declaration/typed";
import {
  bidFiles,
  DRAFT_LIMITS,
  type Draft,
  EMPTY_DRAFT,
  EXTRA_SLOT,
  GUARANTEE_SLOT,
  refusalOfFile,
  withFile,
} from "../draft";

export interface DraftHandle {
  readonly draft: Draft;
  readonly loaded: boolean;
  /** Why the draft cannot be kept; empty while it can. */
  readonly problem: string;
  /** Another tab wrote what this one had not read: only reading anew helps. */
  readonly movedOn: boolean;
  /** `saving`, `saved`, `renewed` when another tab's writing is shown now, or empty before the first change. */
  readonly status: "" | "saving" | "saved" | "renewed";
  setField(id: string, typed: string): void;
  /** Keeps the unit price of one item, or puts the prices of an imported sheet in place of all. */
  setPrice(code: string, typed: string): void;
  setPrices(prices: TypedPrices): void;
  /** Who bids together; undefined to bid alone, and then its agreement goes too. */
  setConsortium(consortium: TypedConsortium | undefined): void;
  /** The guarantee of the security; undefined where it is paid by transfer, and then its file goes too. */
  setGuarantee(guarantee: TypedGuarantee | undefined): void;
  setDeclaration(declaration: TypedDeclaration): void;
  /** Adds files to one place; answers with what was not added and why. */
  add(slot: string, files: readonly File[]): Promise<string[]>;
  remove(fileId: string): void;
  /** Puts form and files of a copy in place of what is here; the files lie in the browser already. */
  replace(content: DraftContent): void;
  /** Reads the draft as it lies there, and lets go of what could not be kept. */
  renew(): void;
}

/** The draft of one lot in this browser: every change is kept at once, and a reload or a second tab finds it again. */
export function useDraft(orgId: string, lotId: string): DraftHandle {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [loaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState("");
  const [movedOn, setMovedOn] = useState(false);
  const [status, setStatus] = useState<DraftHandle["status"]>("");
  const newest = useRef<Draft>(EMPTY_DRAFT);
  /** As it lies in the browser's files, as far as this tab knows. */
  const kept = useRef<Draft>(EMPTY_DRAFT);
  // Saves run one after another, so that an older one never lies over a newer one.
  const saving = useRef<Promise<void>>(Promise.resolve());

  const told = useCallback((error: unknown) => {
    setMovedOn(error instanceof DraftMovedOn);
    setProblem(error instanceof Error && error.message ? error.message : "草稿没有保存，请重试。");
  }, []);
  const read = useCallback(async () => {
    const before = newest.current;
    const found = await loadDraft(orgId, lotId);
    // Typed while reading: that is not thrown away, its own saving tells what happened.
    if (newest.current !== before) return;
    kept.current = found;
    newest.current = found;
    setDraft(found);
    setMovedOn(false);
    setProblem("");
  }, [orgId, lotId]);
  useEffect(() => {
    read()
      .catch(told)
      .finally(() => setLoaded(true));
    return onDraftChange(orgId, lotId, (revision) => {
      // What is being written here meets the other tab's writing by itself, and is told.
      if (newest.current !== kept.current || revision <= kept.current.revision) return;
      read().then(() => setStatus("renewed"), told);
    });
  }, [orgId, lotId, told, read]);

  const change = useCallback(
    (make: (old: Draft) => Draft) => {
      newest.current = make(newest.current);
      const mine = newest.current;
      setDraft(mine);
      setStatus("saving");
      saving.current = saving.current
        .then(async () => {
          if (mine !== newest.current) return;
          const before = kept.current;
          const now = await saveDraft(orgId, lotId, mine, before.revision);
          kept.current = now;
          // Files go only after the draft that no longer names them lies there.
          for (const { id } of before.files)
            if (!now.files.some((file) => file.id === id)) await dropFile(orgId, lotId, id);
          if (mine !== newest.current) return;
          newest.current = now;
          setDraft(now);
          setMovedOn(false);
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
    movedOn,
    status,
    setField: (id, typed) => change((old) => ({ ...old, form: { ...old.form, [id]: typed } })),
    setPrice: (code, typed) => change((old) => ({ ...old, prices: { ...old.prices, [code]: typed } })),
    setPrices: (prices) => change((old) => ({ ...old, prices })),
    setConsortium: (consortium) =>
      change(({ consortium: _, ...old }) => (consortium ? { ...old, consortium } : { ...old, files: bidFiles(old) })),
    setGuarantee: (guarantee) =>
      change(({ guarantee: _, ...old }) =>
        guarantee ? { ...old, guarantee } : { ...old, files: old.files.filter(({ slot }) => slot !== GUARANTEE_SLOT) },
      ),
    setDeclaration: (declaration) => change((old) => ({ ...old, declaration })),
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
            const added = await keepFile(orgId, lotId, slot, file);
            change((old) => withFile(old, added));
          } catch (error) {
            refused.push(error instanceof Error ? error.message : `“${file.name}”没有添加，请重试。`);
          }
        }
      }
      return refused;
    },
    remove: (fileId) => change((old) => ({ ...old, files: old.files.filter(({ id }) => id !== fileId) })),
    replace: ({ form, files, prices = {}, consortium, guarantee, declaration }) =>
      change(({ consortium: _, guarantee: __, declaration: ___, ...old }) => ({
        ...old,
        form,
        files,
        prices,
        ...(consortium ? { consortium } : {}),
        ...(guarantee ? { guarantee } : {}),
        ...(declaration ? { declaration } : {}),
      })),
    renew: () => {
      read().then(() => setStatus("renewed"), told);
    },
  };
}
