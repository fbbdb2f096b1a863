import type { Statement } from "@/crypto/statement";

/** The bank that collects document fees (收款银行). Whether it can be believed is asked of its signature, not of its address. */
export interface Bank {
  /** Base address under which the bank reaches this installation. */
  readonly publicUrl: string;
  /** Hands in a signed order; gives the address of its pay page, or undefined when the bank gave none. Never throws. */
  place(url: string, order: Statement): Promise<string | undefined>;
  /** What the bank says of an order, signed; undefined when it gave no answer. Never throws. */
  ask(url: string, orderNo: string): Promise<Statement | undefined>;
  /** Has money sent back; gives the bank's signed word, undefined when it gave none. Asking again is safe. Never throws. */
  refund(url: string, request: Statement): Promise<Statement | undefined>;
  /** Has a collected fee sent on to whom it belongs; gives the bank's signed word. Asking again is safe. Never throws. */
  payOut(url: string, request: Statement): Promise<Statement | undefined>;
  /** The bank's signed statement of account of a Beijing day; undefined when it gave none. Never throws. */
  statement(url: string, merchant: string, day: string): Promise<Statement | undefined>;
  /** Has a sub-account opened under a pseudonym; gives the bank's signed word. Asking again is safe. Never throws. */
  openAccount(url: string, request: Statement): Promise<Statement | undefined>;
  /** What came into a sub-account, signed. Never throws. */
  askAccount(url: string, reference: string): Promise<Statement | undefined>;
  /** Has money of a sub-account sent back or to the tenderer; gives the bank's signed word. Asking again is safe. Never throws. */
  sendOut(url: string, request: Statement): Promise<Statement | undefined>;
}
