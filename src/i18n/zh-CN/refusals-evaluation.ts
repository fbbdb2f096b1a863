/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const evaluation = {
} as const;
