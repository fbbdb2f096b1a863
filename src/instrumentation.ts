/** Runs once when the web process starts. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || !process.env.PROCESS_DATABASE_URL) return;
  const { webProcess } = await import("@/server/web/context");
  const { refuseDemonstrationClock } = await import("@/server/start");
  try {
    await refuseDemonstrationClock(webProcess().connection);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
