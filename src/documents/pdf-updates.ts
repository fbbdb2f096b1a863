import type { PdfFile } from "./pdf-file";
import { isNamed, normalText, type PdfDictionary, type PdfValue } from "./pdf-objects";

/** What a signature field may say: nothing that shows on the page, and nothing that acts. */
const WIDGET_KEYS = ["Type", "Subtype", "FT", "T", "V", "F", "Rect", "P", "Ff"];
/** What signing may change in a form. Anything else, XFA above all, can put other text in front of the reader. */
const FORM_KEYS = ["Type", "Fields", "SigFlags"];

type Read = { readonly value: PdfValue; readonly isStream: boolean };

/**
 * What a revision after a signature may do: hang one more signature into catalog, page and form. Everything else, from a
 * changed page to an annotation that lies over the text, changes what a reader sees of a signed document.
 *
 * @returns what is not allowed, or undefined.
 */
export function refusalOfUpdate(file: PdfFile, index: number): string | undefined {
  const revision = file.revisions[index]!;
  const earlier = file.revisions[index - 1]!;
  if (revision.freed.length) return `删除了对象 ${revision.freed[0]}`;
  const [root, oldRoot] = [revision.trailer.entries.get("Root"), earlier.trailer.entries.get("Root")];
  if (root?.kind !== "reference" || !oldRoot || normalText(root) !== normalText(oldRoot)) return "换了文件目录";
  for (const [id, offset] of revision.offsets) {
    // An object of an update that lies before it was signed as something else, or not seen by anybody.
    if (offset < earlier.end) return `重新启用了对象 ${id}`;
  }
  const formRef = file.dictionary(root, index).entries.get("AcroForm");
  const formId = formRef?.kind === "reference" ? formRef.id : -1;
  const added: string[] = [];
  for (const [id, offset] of revision.offsets) {
    const now = file.reader.object(offset, id);
    const before = file.object(id, index - 1);
    if (!before && isSignatureField(now)) added.push(`${id} 0 R`);
    else if (!before && !isSignature(now) && id !== formId) return `加入了对象 ${id}`;
  }
  for (const [id, offset] of revision.offsets) {
    const before = file.object(id, index - 1);
    const now = file.reader.object(offset, id);
    const refusal = before && changeOf(file, index, id, { before, now, added, rootId: root.id, formId });
    if (refusal) return refusal;
  }
  return refusalOfForm(file, index, root);
}

interface Change {
  readonly before: Read;
  readonly now: Read;
  /** Signature fields that this update brings, as references. */
  readonly added: readonly string[];
  readonly rootId: number;
  readonly formId: number;
}

function changeOf(file: PdfFile, index: number, id: number, change: Change): string | undefined {
  const [old, fresh] = [change.before.value, change.now.value];
  const isStream = change.before.isStream || change.now.isStream;
  if (isStream || old.kind !== "dictionary" || fresh.kind !== "dictionary") return `改动了对象 ${id}`;
  if (id === change.rootId) {
    // A form may be added; one that is there is never exchanged.
    const had = old.entries.get("AcroForm");
    return differs(old, fresh, had?.kind === "reference" ? [] : ["AcroForm"]) ? "改动了文件目录" : undefined;
  }
  // The form that is the catalog's is compared as a whole, wherever it stands.
  if (id === change.formId && isFormBefore(file, index, id)) return undefined;
  if (!isNamed(old.entries.get("Type"), "Page")) return `改动了对象 ${id}`;
  if (differs(old, fresh, ["Annots"])) return `改动了页面 ${id}`;
  const [had, has] = [itemsOf(file, old, "Annots", index - 1), itemsOf(file, fresh, "Annots", index)];
  // Only fields of this very update may come in: an annotation that was prepared before would lie over the text.
  const isPrefix = had.every((item, i) => has[i] === item);
  const isOurs = has.slice(had.length).every((item) => change.added.includes(item));
  return isPrefix && isOurs ? undefined : `改动了页面 ${id} 的注释`;
}

function isFormBefore(file: PdfFile, index: number, id: number): boolean {
  const form = file
    .dictionary(file.revisions[index - 1]!.trailer.entries.get("Root"), index - 1)
    .entries.get("AcroForm");
  return form?.kind === "reference" && form.id === id;
}

function refusalOfForm(file: PdfFile, index: number, root: PdfValue): string | undefined {
  const formAt = (i: number): PdfDictionary => {
    const form = file.dictionary(root, i).entries.get("AcroForm");
    return form ? file.dictionary(form, i) : { kind: "dictionary", entries: new Map(), start: 0, end: 0 };
  };
  return differs(formAt(index - 1), formAt(index), FORM_KEYS) ? "改动了表单" : undefined;
}

function itemsOf(file: PdfFile, dictionary: PdfDictionary, key: string, upTo: number): readonly string[] {
  const value = dictionary.entries.get(key);
  const list = value?.kind === "reference" ? file.object(value.id, upTo)?.value : value;
  return list?.kind === "array" ? list.items.map(normalText) : [];
}

function differs(old: PdfDictionary, fresh: PdfDictionary, allowed: readonly string[]): boolean {
  const keys = new Set([...old.entries.keys(), ...fresh.entries.keys()]);
  return [...keys].some((key) => {
    if (allowed.includes(key)) return false;
    const [a, b] = [old.entries.get(key), fresh.entries.get(key)];
    return !a || !b || normalText(a) !== normalText(b);
  });
}

const isSignature = ({ value, isStream }: Read): boolean =>
  !isStream &&
  value.kind === "dictionary" &&
  isNamed(value.entries.get("Type"), "Sig") &&
  value.entries.has("ByteRange");

/** An invisible field: a rectangle without area, no appearance, no action. */
function isSignatureField({ value, isStream }: Read): boolean {
  if (isStream || value.kind !== "dictionary") return false;
  const { entries } = value;
  const rectangle = entries.get("Rect");
  return (
    isNamed(entries.get("Subtype"), "Widget") &&
    isNamed(entries.get("FT"), "Sig") &&
    [...entries.keys()].every((key) => WIDGET_KEYS.includes(key)) &&
    rectangle?.kind === "array" &&
    rectangle.items.length === 4 &&
    rectangle.items.every((item) => item.kind === "number" && item.value === 0)
  );
}
