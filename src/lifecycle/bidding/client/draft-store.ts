import { type Draft, type DraftFile, EMPTY_DRAFT } from "../draft";

/**
 * Drafts lie in the browser's private file system (OPFS) of this site, one folder for each organisation and lot: nothing
 * of a bid in preparation reaches the server in clear.
 */
const ROOT = "xinbiao-drafts";
const DRAFT_FILE = "draft.json";

export class DraftUnavailable extends Error {}

/** Another tab wrote since this one read: what was typed here is not kept over it. */
export class DraftMovedOn extends Error {
  constructor() {
    super(
      "这份草稿刚刚在另一个标签页中更改，本页的这次修改没有保存，也没有覆盖那边的内容。请点“读取最新草稿”，核对后重新填写；编制时请只用一个标签页。",
    );
  }
}

const nameOf = (orgId: string, lotId: string): string => `xinbiao-draft:${orgId}:${lotId}`;

/** Where one draft lies. @throws DraftUnavailable when this browser keeps no files for pages. */
async function folder(orgId: string, lotId: string): Promise<FileSystemDirectoryHandle> {
  try {
    const root = await navigator.storage.getDirectory();
    const drafts = await root.getDirectoryHandle(ROOT, { create: true });
    return await (await drafts.getDirectoryHandle(orgId, { create: true })).getDirectoryHandle(lotId, { create: true });
  } catch (cause) {
    throw new DraftUnavailable(
      "这个浏览器不允许网页在本机保存文件（可能是无痕窗口或版本过旧），不能编制投标文件。请换用新版 Edge、Chrome、Firefox 或 Safari 的普通窗口。",
      { cause },
    );
  }
}

async function write(directory: FileSystemDirectoryHandle, name: string, content: Blob | string): Promise<void> {
  const handle = await directory.getFileHandle(name, { create: true });
  const writable = await handle.createWritable().catch((cause: unknown) => {
    throw new DraftUnavailable("这个浏览器版本过旧，不能在本机保存投标文件。请升级浏览器后再试。", { cause });
  });
  // What is written stands beside the old file until it is closed: a cut never leaves half a draft.
  try {
    await writable.write(content);
    await writable.close();
  } catch (cause) {
    await writable.abort().catch(() => undefined);
    throw new DraftUnavailable("本机剩余空间不足或写入失败，没有保存。请清理磁盘后重试。", { cause });
  }
}

export async function loadDraft(orgId: string, lotId: string): Promise<Draft> {
  const directory = await folder(orgId, lotId);
  try {
    const text = await (await (await directory.getFileHandle(DRAFT_FILE)).getFile()).text();
    const read = JSON.parse(text) as Draft;
    return read.format === "xb-draft/1" ? { ...read, revision: read.revision ?? 0 } : EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT;
  }
}

/**
 * Keeps a draft and tells the other tabs. One tab writes at a time, and only over the revision that it has read.
 *
 * @param seen - revision that this tab read or wrote last.
 * @returns the draft as it now lies there.
 * @throws DraftMovedOn when another tab wrote meanwhile; DraftUnavailable when it cannot be written.
 */
export async function saveDraft(orgId: string, lotId: string, draft: Draft, seen: number): Promise<Draft> {
  const name = nameOf(orgId, lotId);
  const kept = await navigator.locks.request(name, async () => {
    if ((await loadDraft(orgId, lotId)).revision !== seen) throw new DraftMovedOn();
    const next = { ...draft, revision: seen + 1 };
    await write(await folder(orgId, lotId), DRAFT_FILE, JSON.stringify(next));
    return next;
  });
  const channel = new BroadcastChannel(name);
  channel.postMessage(kept.revision);
  channel.close();
  return kept;
}

/** Calls `changed` when another tab has kept this draft. @returns what ends it. */
export function onDraftChange(orgId: string, lotId: string, changed: (revision: number) => void): () => void {
  const channel = new BroadcastChannel(nameOf(orgId, lotId));
  channel.onmessage = ({ data }: MessageEvent<number>) => changed(data);
  return () => channel.close();
}

/** Copies a file into the draft's folder. The person may then change or delete the original. */
export async function keepFile(orgId: string, lotId: string, slot: string, file: File): Promise<DraftFile> {
  const id = crypto.randomUUID();
  await write(await folder(orgId, lotId), id, file);
  // Asked quietly: a browser that is short of space then spares the draft.
  void navigator.storage.persist?.().catch(() => undefined);
  return { id, slot, name: file.name.normalize("NFC"), sizeBytes: file.size };
}

/** Keeps bytes that come piece by piece under a name of the draft's folder. */
export async function keepBytes(
  orgId: string,
  lotId: string,
  id: string,
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const handle = await (await folder(orgId, lotId)).getFileHandle(id, { create: true });
  const writable = await handle.createWritable();
  try {
    for await (const piece of bytes) await writable.write(piece);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

export async function dropFile(orgId: string, lotId: string, id: string): Promise<void> {
  await (await folder(orgId, lotId)).removeEntry(id).catch(() => undefined);
}

/** The bytes of a kept file. @throws DraftUnavailable when they are gone or changed. */
export async function keptFile(orgId: string, lotId: string, file: DraftFile): Promise<File> {
  const kept = await (await folder(orgId, lotId))
    .getFileHandle(file.id)
    .then((handle) => handle.getFile())
    .catch(() => undefined);
  if (kept?.size !== file.sizeBytes)
    throw new DraftUnavailable(`本机保存的“${file.name}”已丢失或损坏，请回到投标工作间重新添加。`);
  return kept;
}
