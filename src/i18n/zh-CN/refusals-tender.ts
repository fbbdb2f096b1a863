/** Sentences of refusals: what happened, what was kept, what to do next. `{name}` is filled from the facts. */
export const tender = {
  "tender.relation_known": "这家单位已经在利害关系名单中。请核对统一社会信用代码。",
  "tender.too_many_relations": "利害关系名单最多 {limit} 家。请先解除已经不存在的关系。",
  "tender.approval_file_unknown":
    "没有找到所上传的审批、核准文件。未登记，请重新上传本单位的 PDF 后再登记；已填写的内容保留。",
  "tender.approval_in_future": "文件日期晚于今天（{today}）。未保存，请按批准文件的落款日期填写。",
  "tender.approval_without_ground":
    "核准邀请招标的，须写明不公开招标的理由（不少于 10 字，《招标投标法实施条例》第八条）。未保存，请按批准文件填写理由。",
  "tender.draft_incomplete": "还没有填写{missing}，不能发布检查。请先保存{missing}。",
  "tender.invited_prequalified":
    "邀请招标的对象由招标人直接确定，不作资格预审。没有保存；请改为公开招标，或者采用资格后审。",
  "tender.two_stage_invited":
    "平台的两阶段招标采用公开招标：第一阶段公开征集技术建议。没有保存；请改为公开招标，或者不分阶段。",
  "tender.two_stage_prequalified":
    "两阶段招标的第一阶段在招标文件之前征集技术建议，不再另作资格预审。没有保存；请改为资格后审，或者不分阶段。",
  "tender.invest_code_missing":
    "固定资产投资项目须填写 24 位投资项目统一代码。未保存，请在投资项目在线审批监管平台查询代码后填写。",
  "tender.lint_gone": "这一处表述已经修改，不需要再说明。未保存，请刷新页面。",
  "tender.lint_unanswered":
    "不能发布：{rule} {value} 尚未说明理由。草稿已保留，请修改该表述，或在“发布检查”中填写理由。",
  "tender.lots_published": "该招标项目已有标段发布，不能再增加标段。未保存；需要时请另行建立招标项目。",
  "tender.too_many_lots": "一个招标项目最多 {limit} 个标段。未保存，请另行建立招标项目。",
  "tender.mandate_missing": "招标代理须填写委托代理合同编号。",
  "tender.not_editable": "该标段已发布，不能直接修改。需要更改时请发布澄清或更正。",
  "tender.not_your_tender": "招标人只能为本单位建立招标项目。请在“招标人”一栏选择本单位。",
  "tender.org_form_mismatch":
    "招标组织形式与当前身份不符：代理机构办理的项目应为委托招标，招标人自行办理的应为自行招标。请修改招标组织形式，或切换身份。",
  "tender.publish_check_failed":
    "不能发布：“{rule}”不符合要求，当前为 {value}，要求 {limit}（{article}）。草稿已保留，请修改后重新发布。",
  "tender.supervisor_unknown": "请选择已在平台登记的监督部门。",
  "tender.tenderer_unverified":
    "所选招标人的注册信息尚未通过核验，不能建立招标项目。请等待核验完成，或选择其他招标人。",
  "notice.not_withdrawable": "该标段不在投标阶段，公告不能撤回。未提交；截标之后需要终止的，请联系监督部门。",
  "notice.withdraw_too_late": "投标截止时间 {deadline} 已到，公告不能再撤回。未提交，标段将按程序开标。",
  "document.base_estimate_foreign_certificate":
    "标底须用招标人已在平台登记的加密证书封存。未保存；请换用已登记的证书，或先登记这张证书。",
  "document.base_estimate_too_early": "还没有保存招标文件，标底的校验值无处载明。未保存，请先保存招标文件再封存标底。",
  "document.no_second_envelope":
    "招标文件只有一个信封，而“{title}”标为在第二信封内。没有保存，请改为不指定信封；采用双信封的，请在创建标段时选择双信封。",
  "document.price_in_first_envelope":
    "“{title}”不能放在第一信封：双信封招标的报价在第一信封评审结束后才开启。没有保存，请把它改到第二信封。",
  "document.bill_above_ceiling":
    "工程量清单中的暂列金额、暂估价合计 {fixed}，已超过最高投标限价 {ceiling}。未保存，请核对给定单价或最高投标限价。",
  "document.bill_without_price":
    "有工程量清单时，开标一览表须有编号为 {field}、类型为金额的必填字段，投标总价由清单得出。未保存，请补上该字段。",
  "document.clause_missing": "没有生成：“{clause}”须由贵单位填写。已填写的内容仍在本页，请填写该条款后重新生成。",
  "document.gathering_not_for_all":
    "“{title}”的安排{problem}。招标人不得组织单个或者部分潜在投标人踏勘项目现场（《招标投标法实施条例》第二十八条），开标前不得留下潜在投标人的名称、数量（《招标投标法》第二十二条）。未保存，请改为面向所有潜在投标人、不登记参加单位。",
  "document.no_model": "没有选择示范文本，不能生成。请先选择工程、货物或服务示范文本，或上传招标文件 PDF。",
  "file.harmful": "“{name}”含有恶意程序特征，没有保存。请用杀毒软件检查后重新选择文件。",
  "file.active_pdf": "“{name}”含有打开时自动运行的脚本、附件或程序，未保存。请另存为不含脚本和附件的 PDF 后再上传。",
  "file.bad_name": "文件名“{name}”含有控制字符、路径符号或过长（超过 200 字节），未保存。请改名后再上传。",
  "file.too_large": "“{name}”约 {sizeMb} MB，超过 {limitMb} MB 的限制，未保存。请压缩或拆分后再上传。",
  "file.truncated": "“{name}”没有传完整，未保存。请检查网络后重新上传。",
  "file.wrong_type":
    "“{name}”不是允许的类型，或扩展名与内容不符，未保存。可上传：{accepted}。请另存为其中一种类型后重新上传。",
} as const;
