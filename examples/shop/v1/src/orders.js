import { findProduct } from "./products.js";

/** What is wrong with an order that somebody sent, or undefined. */
export function mistakeIn(order) {
  if (typeof order !== "object" || order === null || Array.isArray(order)) return "the order must be a JSON object";
  const { items } = order;
  if (!Array.isArray(items) || items.length === 0 || items.length > 50) return "items must be a list of 1 to 50 items";
  for (const [i, item] of items.entries()) {
    if (!findProduct(item?.product)) return `items[${i}].product is not a product of this shop`;
    if (!Number.isInteger(item.quantity) || item.quantity < 1 || item.quantity > 100) {
      return `items[${i}].quantity must be a whole number from 1 to 100`;
    }
  }
  return undefined;
}

/** An order as it is kept. */
export function newOrder({ items }) {
  return {
    status: "open",
    createdAt: new Date().toISOString(),
    items: items.map(({ product, quantity }) => ({ product, quantity })),
  };
}
