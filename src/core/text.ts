/** May this text be kept? Databases keep neither NUL nor halves of characters, and no person types them. */
export const isStorable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);
