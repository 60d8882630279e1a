/** The illustrations that come with the screens: there offline, and when central has no picture. */
import type { Category, Product } from './api';

const files = import.meta.glob<string>('../pictures/*.svg', {
  eager: true,
  query: '?url',
  import: 'default',
});

/** The address of an illustration by its file's name. */
export function picture(name: string): string {
  return files[`../pictures/${name}.svg`] ?? '';
}

const OF_CATEGORY: Record<Category, string> = {
  photobooth: 'photobooth',
  thematic: 'thematic',
  studioPro: 'studio-pro',
  highAngle: 'high-angle',
  wideAngle: 'wide-angle',
  professionalFoto: 'fotografer',
  additional: 'tambahan',
  retailProduct: 'merchandise',
};

const OF_GROUP: Record<string, string> = {
  album: 'album',
  bingkai: 'bingkai',
  merchandise: 'merchandise',
  gift_decor: 'gift-decor',
};

export function pictureOf(category: Category, group?: string | null): string {
  return picture((group && OF_GROUP[group]) || OF_CATEGORY[category]);
}

/** Central's picture of a product, as the edge keeps it, and the illustration for when it cannot be had. */
export function picturesOf(product: Product): { first: string; fallback: string } {
  const fallback = pictureOf(product.category, product.retail_group);
  return { first: product.display?.pictures?.[0] ?? fallback, fallback };
}
