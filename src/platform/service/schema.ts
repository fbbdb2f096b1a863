import { z } from "zod";
import { StatementInput } from "@/platform/identity/schema";

export const SignServiceContract = z.object({ statement: StatementInput });
