/** Runs once when the web process starts. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || !process.env.PROCESS_DATABASE_URL) return;
  // Imported here, because this file is also compiled for a runtime without processes.
  const { startWeb } = await import("@/server/web/start");
  await startWeb();
}
