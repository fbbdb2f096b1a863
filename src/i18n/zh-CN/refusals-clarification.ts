/** Sentences of refusals about questions, clarifications and changes. */
export const clarification = {
  "clarification.deadline_earlier": "新的投标截止时间不能早于或等于原截止时间。未发布，请改为更晚的时间。",
  "clarification.deadline_passed":
    "投标截止时间已到，不能再提问。未提交。对开标、评标结果的意见请在法定期限内提出异议。",
  "clarification.empty": "澄清没有内容：请至少答复一个问题、写一条澄清或一处修改。未发布，已填写的内容保留。",
  "clarification.gathering_time": "“{title}”的时间须在现在以后、投标截止时间以前。未发布，请修改踏勘、预备会的时间。",
  "clarification.must_move":
    "该澄清可能影响投标文件编制，距投标截止不足 15 日，须顺延截止时间（招标投标法第二十三条、实施条例第二十一条），最早 {earliest}。未发布，请填写新的截止时间。",
  "clarification.names_asker":
    "问题中出现了“{word}”，会让他人知道提问单位（实施条例第二十一条要求不泄露）。未提交，请删去后再提交。",
  "clarification.not_tendering": "该标段不在招标阶段，不能提问或发布澄清。未提交，请查看项目主页的进程。",
  "clarification.obtain_first": "获取招标文件后才能提问。未提交，请先在第 1 项获取招标文件。",
  "clarification.question_answered": "所选问题已在其他澄清中答复或不存在。未发布，请刷新页面后核对。",
  "clarification.suspended": "该标段已暂停，暂停期间不能提问或发布澄清。未提交，恢复后可以继续，剩余时间相应顺延。",
  "clarification.too_many_corrections": "该公告已更正 99 次，编号已用完。未发布，请终止后重新招标。",
  "clarification.too_many": "贵单位待答复的问题已达 {limit} 个。未提交，请等待答复后再提。",
} as const;
