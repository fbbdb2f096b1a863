/** Being told to stop, from the first moment on: by Ctrl-C, by the system, or because whoever started it is gone. */
export function untilStopped(): { readonly signal: AbortSignal; readonly asked: Promise<void> } {
  const giveUp = new AbortController();
  const asked = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) {
      process.on(signal as NodeJS.Signals, () => {
        giveUp.abort();
        done();
      });
    }
  });
  return { signal: giveUp.signal, asked };
}
