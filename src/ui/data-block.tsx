import { scriptJson } from "@/core/markup";

/** Facts of a page for programs (JSON-LD, schema.org). A data block is not a script: nothing of it is run. */
export function DataBlock({ value }: { value: Readonly<Record<string, unknown>> }) {
  const json = scriptJson({ "@context": "https://schema.org", ...value });
  // biome-ignore lint/security/noDangerouslySetInnerHtml: markup is escaped; as text it would be escaped a second time
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: json }} />;
}
