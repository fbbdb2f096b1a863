/**
 * Personal data as lists show them: enough to recognise one's own, too little to use another's. The one function for
 * identity numbers, telephone numbers, addresses of mail and account numbers; empty stays empty.
 */
export function masked(text: string): string {
  const value = text.trim();
  const at = value.indexOf("@");
  if (at > 0) return `${value.slice(0, 1)}***${value.slice(at)}`;
  if (value.length === 0) return "";
  if (value.length < 7) return "*".repeat(value.length);
  // Identity numbers keep their region, telephones their carrier; both keep what a holder recognises at the end.
  const head = value.length >= 15 ? 6 : 3;
  const tail = value.length >= 15 ? 2 : value.length >= 11 ? 4 : 2;
  return value.slice(0, head) + "*".repeat(value.length - head - tail) + value.slice(-tail);
}
