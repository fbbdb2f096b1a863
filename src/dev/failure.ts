import { WrongDatabase } from "@/kit/db/migrate";
import { WrongEnvironment } from "@/server/env";
import { LaunchError } from "./launch-error";

/** Prints why a command failed: reasons that a person can act on as they are, anything else with its origin. */
export function printFailure(error: unknown): void {
  if (error instanceof LaunchError || error instanceof WrongEnvironment || error instanceof WrongDatabase) {
    console.error(`\n${error.message}`);
  } else {
    console.error("\n启动失败（程序内部错误）：");
    console.error(error);
  }
}
