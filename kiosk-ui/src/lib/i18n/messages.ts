import type { id } from './id';

export type Messages = typeof id;
export type Language = 'id' | 'en';
