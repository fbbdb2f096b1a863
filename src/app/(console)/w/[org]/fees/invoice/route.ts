export { GET } from "../../bids/[lotId]/order/invoice/route";
