import { z } from "zod";
import { InvoiceHead } from "@/platform/billing/schema";

/** Days for which an order of a claim may be paid; after that the same claim is ordered anew. */
export const ORDER_DAYS = 30;

export const OrderClaim = z.object({ claimId: z.uuid() }).extend(InvoiceHead.shape);
export const PayClaim = z.object({ orderId: z.uuid() });
