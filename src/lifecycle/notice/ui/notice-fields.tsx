import { formatInstant } from "@/core/time";
import { NOTICE_LABELS } from "../schema";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** Fields of a notice in the printed order. Values are text, whatever they hold. */
export function NoticeFields({ fields }: { fields: Readonly<Record<string, string>> }) {
  const known = Object.keys(NOTICE_LABELS).filter((key) => key in fields);
  const others = Object.keys(fields).filter((key) => !(key in NOTICE_LABELS));
  return (
    <dl className="fields">
      {[...known, ...others].map((key) => (
        <div key={key} style={{ display: "contents" }}>
          <dt>{NOTICE_LABELS[key] ?? key}</dt>
          <dd style={{ whiteSpace: "pre-wrap" }}>{shown(fields[key] ?? "")}</dd>
        </div>
      ))}
    </dl>
  );
}

const shown = (value: string): string => (INSTANT.test(value) ? formatInstant(new Date(value)) : value || "—");
