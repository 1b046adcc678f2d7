import { findProduct } from "./products.js";

const codes = { WELCOME: 0.05 };
const largeOrder = { from: 5_000, share: 0.1 };

export const isCode = (code) => typeof code === "string" && Object.hasOwn(codes, code);

/** An order with its sum, discount and total in cents. The better of two discounts counts. Orders of version 1 have no code. */
export function priced(order) {
  const sum = order.items.reduce((cents, { product, quantity }) => cents + findProduct(product).price * quantity, 0);
  const share = Math.max(sum >= largeOrder.from ? largeOrder.share : 0, isCode(order.code) ? codes[order.code] : 0);
  const discount = Math.round(sum * share);
  return { ...order, sum, discount, total: sum - discount };
}
