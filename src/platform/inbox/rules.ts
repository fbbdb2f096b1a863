/** Letters that only remind. All others have legal weight: their twins are always sent. */
const REMINDERS: readonly string[] = ["certificate-expiry"];

/** May the twins of such a letter stay away, if its organisation wants so? */
export const mayStayQuiet = (kind: string): boolean => REMINDERS.includes(kind);

/** Where the mail of a letter goes: the registered address first, copies after it, nobody twice. */
export const recipientsOf = (registered: string, copies: readonly string[]): string[] => [
  ...new Set([registered, ...copies].filter(Boolean)),
];

const MAIL = { queued: "待发送", sent: "已发送", failed: "未送达，正在重试", off: "按设置不发送" } as const;
const PHONE = { ...MAIL, none: "" } as const;

/** Which ways a letter took, in words. */
export function deliveryText(letter: { mailState: string; mailedAt?: string; phoneState: string }): string {
  const mail = MAIL[letter.mailState as keyof typeof MAIL] ?? letter.mailState;
  const phone = PHONE[letter.phoneState as keyof typeof PHONE] ?? letter.phoneState;
  return [
    "站内信已送达",
    `邮件${mail}${letter.mailedAt ? `（${letter.mailedAt}）` : ""}`,
    ...(phone ? [`短信${phone}`] : []),
  ].join(" · ");
}
