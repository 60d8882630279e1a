/** The illustration of a room, by what it serves. */
const OF: Record<string, string> = {
  photobooth: 'photobooth',
  thematic: 'thematic',
  studioPro: 'studio-pro-duo',
  highAngle: 'high-angle',
  wideAngle: 'wide-angle',
  professionalFoto: 'fotografer',
};

export function heroOf(serves: readonly string[]): string {
  return serves.map((category) => OF[category]).find((name) => name !== undefined) ?? 'photobooth';
}
