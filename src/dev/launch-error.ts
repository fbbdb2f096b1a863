/** A reason not to start that the person at the keyboard can do something about: shown as it is, without a stack. */
export class LaunchError extends Error {}

const REASONS: Record<string, (dataDir: string) => string> = {
  ENOSPC: (dataDir) => `磁盘空间不足，无法写入数据目录 ${dataDir}。请清理磁盘或用 DATA_DIR 换一个目录。`,
  EDQUOT: (dataDir) => `磁盘配额已满，无法写入数据目录 ${dataDir}。请清理磁盘或用 DATA_DIR 换一个目录。`,
  EACCES: (dataDir) => `没有权限写入数据目录 ${dataDir}。请修改权限或用 DATA_DIR 换一个目录。`,
  EPERM: (dataDir) => `没有权限写入数据目录 ${dataDir}。请修改权限或用 DATA_DIR 换一个目录。`,
  EROFS: (dataDir) => `数据目录 ${dataDir} 位于只读文件系统。请用 DATA_DIR 换一个目录。`,
  ENOTDIR: (dataDir) => `数据目录 ${dataDir} 的路径上有同名文件。请用 DATA_DIR 换一个目录。`,
  EEXIST: (dataDir) => `数据目录 ${dataDir} 已作为文件存在。请用 DATA_DIR 换一个目录。`,
};

/** Says what a failed write into the data folder means; other errors come back as they are. */
export function explainWrite(error: unknown, dataDir: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException | undefined)?.code ?? ""];
  return reason ? new LaunchError(reason(dataDir)) : error;
}
