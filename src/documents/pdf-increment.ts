import { objectAt, type PdfObject, type PdfView } from "./pdf-structure";
import { nameText, type PdfDict, type PdfValue, stringText, writeValue } from "./pdf-syntax";

/** What a signature field may say: nothing that shows on the page, and nothing that acts. */
const WIDGET_KEYS = new Set(["Type", "Subtype", "FT", "T", "V", "F", "Rect", "P", "Parent", "Ff"]);
const FORM_KEYS = new Set(["Type", "Fields", "SigFlags"]);

/**
 * Does the update between two signatures add the later signature and nothing else? Without this a later signer could
 * change what the earlier ones are seen to have signed: each signature alone only vouches for its own revision.
 *
 * @param start - where the revision before ends; `after` is the view with the update.
 * @returns what else it changes, or undefined.
 */
export function foreignChange(before: PdfView, after: PdfView, start: number): string | undefined {
  const section = after.sections[0]!;
  const objects: PdfObject[] = [];
  for (let at = start; ; ) {
    const object = objectAt(after.text, at);
    if (!object) {
      if (after.text.slice(at, section.offset).trim() !== "") return "含有不明内容";
      break;
    }
    if (object.isStream || object.end > section.offset) return "含有新的内容流";
    objects.push(object);
    at = object.end;
  }
  const listed = [...section.entries].filter(([, entry]) => entry);
  const matches = listed.every(([num, entry]) =>
    objects.some(
      (object) => object.num === num && object.gen === entry!.gen && isAt(after.text, entry!.offset, object),
    ),
  );
  const freed = [...section.entries].some(([num, entry]) => !entry && num !== 0);
  if (!matches || freed || listed.length !== objects.length) return "交叉引用表与对象不符";
  if (after.rootRef.num !== before.rootRef.num) return "替换了文档目录";

  const isNew = ({ num }: PdfObject) => !before.entry(num);
  const widgets = objects.filter((object) => isNew(object) && isSignatureField(object.value));
  const signatures = objects.filter((object) => isNew(object) && isSignature(object.value));
  const [widget] = widgets;
  const [signature] = signatures;
  if (!widget || !signature || widgets.length > 1 || signatures.length > 1) return "不是恰好增加一个签名";
  const target = entriesOf(widget.value)?.get("V");
  if (target?.kind !== "ref" || target.num !== signature.num) return "签名域与签名不符";

  const formRef = after.catalog.get("AcroForm");
  const formNum = formRef?.kind === "ref" ? formRef.num : undefined;
  for (const object of objects) {
    if (object === widget || object === signature) continue;
    const now = entriesOf(object.value);
    if (!now) return `改动了对象 ${object.num}`;
    if (object.num === formNum && (isNew(object) || sameRef(before.catalog.get("AcroForm"), formRef))) continue;
    const old = isNew(object) ? undefined : entriesOf(before.object(object.num)?.value);
    if (!old) return `增加了对象 ${object.num}`;
    if (object.num === after.rootRef.num) {
      if (!sameExcept(old, now, new Set(["AcroForm"]))) return "改动了文档目录";
    } else if (nameText(old.get("Type")) === "Page") {
      if (!sameExcept(old, now, new Set(["Annots"]))) return "改动了页面内容";
      if (!isOneMore(before.items(old.get("Annots")), after.items(now.get("Annots")), widget)) return "改动了页面批注";
    } else return `改动了对象 ${object.num}`;
  }
  const [oldForm, newForm] = [before.acroForm ?? new Map<string, PdfValue>(), after.acroForm];
  if (!newForm || !sameExcept(oldForm, newForm, FORM_KEYS)) return "改动了表单";
  if (!isOneMore(before.items(oldForm.get("Fields")), after.items(newForm.get("Fields")), widget))
    return "改动了表单域";
  return undefined;
}

const entriesOf = (value: PdfValue | undefined): PdfDict | undefined =>
  value?.kind === "dict" ? value.entries : undefined;

const isAt = (text: string, offset: number, object: PdfObject): boolean =>
  objectAt(text, offset)?.start === object.start;

const sameRef = (a: PdfValue | undefined, b: PdfValue | undefined): boolean =>
  a?.kind === "ref" && b?.kind === "ref" && a.num === b.num;

function sameExcept(old: PdfDict, now: PdfDict, except: ReadonlySet<string>): boolean {
  const text = (entries: PdfDict) =>
    writeValue({ kind: "dict", entries: new Map([...entries].filter(([key]) => !except.has(key))) }, true);
  return text(old) === text(now);
}

const isOneMore = (old: readonly PdfValue[], now: readonly PdfValue[], added: PdfObject): boolean =>
  writeValue({ kind: "array", items: now }) ===
  writeValue({ kind: "array", items: [...old, { kind: "ref", num: added.num, gen: added.gen }] });

const isSignature = (value: PdfValue): boolean => {
  const entries = entriesOf(value);
  return nameText(entries?.get("Type")) === "Sig" && entries?.get("Contents")?.kind === "string";
};

/** An invisible field: a rectangle without area and no appearance that could lie over the text. */
function isSignatureField(value: PdfValue): boolean {
  const entries = entriesOf(value);
  if (nameText(entries?.get("FT")) !== "Sig" || ![...entries!.keys()].every((key) => WIDGET_KEYS.has(key)))
    return false;
  const rectangle = entries!.get("Rect");
  const corners = rectangle?.kind === "array" ? rectangle.items.map((item) => writeValue(item)) : [];
  return (
    corners.length === 4 &&
    corners[0] === corners[2] &&
    corners[1] === corners[3] &&
    stringText(entries!.get("T")) !== undefined
  );
}
