/** How much of a document is read, and what the reading may take: about a thousand pages of prose stay below all of it. */
export const APART = {
  bytes: 64 * 1024 * 1024,
  pages: 500,
  characters: 2_000_000,
  seconds: 60,
  heapMegabytes: 512,
  memoryBytes: 1024 * 1024 * 1024,
};
