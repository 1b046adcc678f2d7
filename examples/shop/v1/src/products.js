/** What the shop sells. Prices are in cents. */
export const products = [
  { id: "tea", name: "Green tea, 100 g", price: 790 },
  { id: "coffee", name: "Coffee, 250 g", price: 1150 },
  { id: "mug", name: "Mug", price: 1400 },
  { id: "kettle", name: "Kettle", price: 4900 },
];

export const findProduct = (id) => products.find((product) => product.id === id);
