const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text inside an XML document. What XML 1.0 cannot carry at all (§2.2) is left out. */
export const xmlText = (text: string): string =>
  [...text]
    .filter((char) => {
      const code = char.codePointAt(0)!;
      return code >= 0x20
        ? code !== 0xfffe && code !== 0xffff && !(code >= 0xd800 && code <= 0xdfff)
        : "\t\n\r".includes(char);
    })
    .join("")
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!);

/** JSON inside a `<script>` element: no text can end the element or open a comment. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
