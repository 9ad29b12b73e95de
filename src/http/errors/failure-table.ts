import type { IssueType } from './issue-type.ts'
import type { Words } from './words.ts'

/** How a failure is told: HTTP status, FHIR issue type, what happened, and what one can do now. */
export interface FailureRow {
  readonly status: number
  readonly issue: IssueType
  readonly title: Words
  readonly next: Words
}

const row = (status: number, issue: IssueType, title: Words, next: Words): FailureRow => ({
  status,
  issue,
  title,
  next,
})
const words = (zh: string, en: string): Words => ({ zh, en })

const waitAndRetry = words(
  '请稍候再试；持续出现时请联系信息科。',
  'Try again shortly; if it persists, call the IT department.',
)
const callIt = words('请联系信息科，并告知本次请求编号。', 'Call the IT department and give the request id.')
const correct = words('请按所列问题修改后重试。', 'Correct the points listed and send it again.')
const signIn = words('请重新登录后再试。', 'Sign in and try again.')

const bug = row(500, 'exception', words('服务器内部错误', 'The server failed'), callIt)
const rightsMoved = row(
  503,
  'transient',
  words('权限正在变动，未放行任何内容', 'Rights are changing at this moment; nothing was released'),
  waitAndRetry,
)

/** Every literal failure code of every room, in one place. A test reads the rooms' sources and finds the missing. */
export const failureTable: Readonly<Record<string, FailureRow>> = {
  // kernel
  'invalid-input': row(400, 'invalid', words('请求内容不合规', 'The request breaks a rule'), correct),
  'database-unavailable': row(
    503,
    'no-store',
    words('数据库暂不可用，未放行任何内容', 'The database is unavailable; nothing was released'),
    waitAndRetry,
  ),

  // crypto, ledger
  'not-canonical': row(400, 'invalid', words('内容不能规范化', 'The content has no canonical form'), correct),
  malformed: row(400, 'structure', words('签名材料格式不符', 'The signed material is malformed'), correct),
  'not-verified': row(400, 'invalid', words('签名不能验证', 'The signature does not verify'), correct),
  'key-unavailable': row(
    503,
    'transient',
    words('签名密钥暂不可用，留痕不受影响', 'The signing key is unavailable; traces go on without it'),
    waitAndRetry,
  ),
  'key-answer-wrong': row(
    500,
    'exception',
    words('签名服务给出的签名有误，未予采用', 'What holds the signing key gave a wrong signature; it was not used'),
    callIt,
  ),
  'ledger-busy': row(
    503,
    'transient',
    words('留痕队列已满，未放行任何内容', 'Too many traces wait to be written; nothing was released'),
    waitAndRetry,
  ),
  'ledger-unavailable': row(
    503,
    'no-store',
    words('留痕不能落盘，未放行任何内容', 'The trace cannot be made durable; nothing was released'),
    waitAndRetry,
  ),
  'ledger-not-durable': row(
    503,
    'no-store',
    words(
      '数据库不保证留痕持久，未放行任何内容',
      'The database does not promise a durable trace; nothing was released',
    ),
    callIt,
  ),
  'entry-too-large': row(
    413,
    'too-long',
    words('此项使用的留痕过长', 'The trace of this use is too long'),
    words('请缩小请求范围。', 'Ask for less at a time.'),
  ),
  'entry-not-canonical': bug,
  'entry-unreadable': bug,
  'authority-superseded': rightsMoved,
  'trace-broken': row(503, 'no-store', words('留痕索引不完整', 'The index of the trace is incomplete'), callIt),
  'tree-inconsistent': row(503, 'no-store', words('留痕校验不一致', 'The ledger contradicts itself'), callIt),
  'anchor-unreachable': row(
    503,
    'transient',
    words('见证或时间戳机构暂不可用', 'A witness or time-stamp authority does not answer'),
    waitAndRetry,
  ),
  'timestamp-refused': row(502, 'exception', words('时间戳未通过核验', 'The time-stamp does not hold'), callIt),
  'ledger-incomplete': row(503, 'no-store', words('台账条目不全', 'Entries of the ledger are missing'), callIt),
  'rotation-refused': row(409, 'conflict', words('此时不能更换密钥', 'The key cannot be changed now'), callIt),
  'volume-missing': row(
    503,
    'no-store',
    words('所需留痕已归档，存放它的归档卷目前不可读', 'These traces are archived, and their volume cannot be reached'),
    words('请联系信息科接回归档存储。', 'Ask the IT department to mount the archive.'),
  ),
  'volume-damaged': row(
    503,
    'no-store',
    words('归档卷与台账不符，未采用其内容', 'A volume of the archive is not what the ledger says; it was not used'),
    callIt,
  ),
  'partition-damaged': row(503, 'no-store', words('留痕校验不一致', 'The ledger contradicts itself'), callIt),
  'retention-busy': row(
    503,
    'transient',
    words('另一进程正在归档或清理到期留痕', 'Another process archives or expires traces'),
    waitAndRetry,
  ),
  'journal-in-use': row(503, 'transient', words('台账正被读取，稍后再归档', 'The journal is being read'), waitAndRetry),
  'clock-not-trusted': row(
    503,
    'no-store',
    words('时钟与台账不一致，未清理任何内容', 'The clock does not agree with the ledger; nothing expired'),
    callIt,
  ),
  'not-covered': row(
    404,
    'not-found',
    words('尚无覆盖该条目的检查点', 'No checkpoint covers this entry yet'),
    words('请稍后再查。', 'Ask again after the next checkpoint.'),
  ),

  // identity, authority, access, records
  'ldap-unavailable': row(
    503,
    'transient',
    words('院内目录服务没有应答', 'The LDAP directory of the hospital does not answer'),
    waitAndRetry,
  ),
  'oidc-unavailable': row(
    503,
    'transient',
    words('院内身份服务没有应答', 'The identity provider of the hospital does not answer'),
    waitAndRetry,
  ),
  'demonstration-only': row(
    404,
    'not-found',
    words('仅在演示环境中提供', 'This exists in a demonstration only'),
    words('请使用正式登录方式。', 'Sign in the regular way.'),
  ),
  'identity-unknown': row(
    404,
    'not-found',
    words('没有该人员、账号或应用', 'There is no such person, account or application'),
    correct,
  ),
  'session-ended': row(401, 'expired', words('登录已失效', 'The session has ended'), signIn),
  csrf: row(
    403,
    'forbidden',
    words('请求缺少防伪令牌', 'The request lacks its anti-forgery token'),
    words('请刷新页面后重试。', 'Reload the page and try again.'),
  ),
  'foreign-page': row(
    403,
    'forbidden',
    words('不接受其他网站发起的登录', 'A sign-in started by another site is not accepted'),
    words('请从本系统的登录页进入。', 'Sign in on the page of this system.'),
  ),
  'wrong-credentials': row(
    401,
    'login',
    words('登录信息不正确', 'The sign-in details are not right'),
    words('请核对后重试；忘记时请联系信息科。', 'Check them and try again; if you forgot them, ask the IT department.'),
  ),
  locked: row(
    429,
    'throttled',
    words('尝试次数过多，暂不能登录', 'Too many tries; sign-in waits'),
    words('请按 Retry-After 头所示等待后再试。', 'Wait as the Retry-After header says and try again.'),
  ),
  'ticket-expired': row(
    401,
    'expired',
    words('本次登录已超时或已使用', 'This sign-in took too long or was used already'),
    words('请从头登录。', 'Start again from the beginning.'),
  ),
  'agreement-needed': row(
    403,
    'forbidden',
    words('没有有效的保密协议，不能登录', 'There is no valid confidentiality agreement'),
    words('请联系委托部门签订保密协议。', 'Ask the department you work for to have it signed.'),
  ),
  'second-factor-needed': row(
    403,
    'forbidden',
    words('须以两种方式验证身份后再添加通行密钥', 'Adding a passkey needs two factors'),
    words('请用口令和动态码重新登录。', 'Sign in with password and one-time code.'),
  ),
  'policy-not-narrowable': bug,
  'person-unknown': row(
    403,
    'forbidden',
    words('登录人员不在人员目录中', 'The signed-in person is not in the directory'),
    words('请联系人事部门登记。', 'Ask personnel to register you.'),
  ),
  'authority-unsettled': rightsMoved,
  'policies-superseded': row(
    503,
    'transient',
    words(
      '本服务进程的策略已被替换，未放行任何内容',
      'Other policies are in force than this process has; nothing was released',
    ),
    callIt,
  ),
  'permit-mismatch': bug,
  'validator-unavailable': row(
    503,
    'transient',
    words('资源校验暂不可用，未写入任何内容', 'Validation is unavailable; nothing was written'),
    waitAndRetry,
  ),

  // the FHIR surface: what was asked
  'path-not-fhir': row(400, 'invalid', words('地址不是合规的 FHIR 路径', 'The address is not a FHIR path'), correct),
  'type-unknown': row(
    404,
    'not-supported',
    words('没有这种资源类型', 'There is no such resource type'),
    words('请查看 /fhir/metadata 中的资源类型。', 'See the resource types in /fhir/metadata.'),
  ),
  'interaction-unknown': row(
    404,
    'not-supported',
    words('不支持该操作', 'This interaction is not supported'),
    words('请查看 /fhir/metadata 中支持的操作。', 'See what /fhir/metadata offers.'),
  ),
  'method-not-allowed': row(
    405,
    'not-supported',
    words('该地址不支持此方法', 'The method is not allowed here'),
    words('请使用 Allow 头列出的方法。', 'Use one of the methods in the Allow header.'),
  ),
  'format-not-acceptable': row(
    406,
    'not-supported',
    words('只提供 JSON 格式', 'Only JSON is available'),
    words('请接受 application/fhir+json。', 'Accept application/fhir+json.'),
  ),
  'media-type-unsupported': row(
    415,
    'not-supported',
    words('不接受这种内容类型', 'This content type is not accepted'),
    words(
      '资源请用 application/fhir+json；补丁请用 application/json-patch+json。',
      'Send resources as application/fhir+json and patches as application/json-patch+json.',
    ),
  ),
  'body-missing': row(400, 'required', words('缺少请求正文', 'The body is missing'), correct),
  'body-too-large': row(
    413,
    'too-long',
    words('请求正文过大', 'The body is too large'),
    words('请拆分后分批发送。', 'Split it and send it in parts.'),
  ),
  'json-malformed': row(400, 'structure', words('正文不是合规的 JSON', 'The body is not well-formed JSON'), correct),
  'json-unsafe': row(
    400,
    'structure',
    words('正文的 JSON 不能被无损地读取', 'The JSON of the body cannot be read without loss'),
    correct,
  ),
  'header-invalid': row(400, 'invalid', words('请求头不合规', 'A header breaks a rule'), correct),
  'purpose-unknown': row(
    400,
    'value',
    words('使用目的代码不存在', 'There is no such purpose of use'),
    words('请在 Purpose-Of-Use 头中使用列出的代码。', 'State one of the listed codes in Purpose-Of-Use.'),
  ),
  'resource-mismatch': row(
    400,
    'invalid',
    words('资源与地址不一致', 'The resource does not match the address'),
    correct,
  ),
  'resource-invalid': row(
    422,
    'invalid',
    words('资源不符合 FHIR R4 规则', 'The resource breaks the rules of FHIR R4'),
    correct,
  ),
  'redacted-write-back': row(
    422,
    'business-rule',
    words('不能写回被隐去过内容的资源', 'A redacted resource cannot be written back'),
    words('请由有权看到全文的人员修改。', 'Let someone who may see the whole record change it.'),
  ),
  'patch-refused': row(422, 'processing', words('补丁不能应用', 'The patch cannot be applied'), correct),
  'record-not-found': row(
    404,
    'not-found',
    words('没有找到该记录', 'There is no such record'),
    words('请核对类型与编号。', 'Check the type and the id.'),
  ),
  'record-gone': row(
    410,
    'deleted',
    words('该记录已删除', 'The record has been deleted'),
    words('可用 _history 查看以往版本。', 'Earlier versions are in its _history.'),
  ),
  'version-conflict': row(
    412,
    'conflict',
    words('记录已被他人更新', 'The record has been changed by someone else'),
    words('请重新读取最新版本后再修改。', 'Read the newest version and change that.'),
  ),
  'several-matches': row(
    412,
    'multiple-matches',
    words('条件匹配到多条记录', 'The condition matches several records'),
    words('请使用更精确的条件。', 'State a narrower condition.'),
  ),
  'bundle-invalid': row(400, 'invalid', words('Bundle 不能处理', 'The bundle cannot be processed'), correct),
  'bundle-too-large': row(
    413,
    'too-costly',
    words('Bundle 条目过多', 'The bundle has too many entries'),
    words('请拆分后分批发送。', 'Split it and send it in parts.'),
  ),
  'transactions-unsupported': row(
    501,
    'not-supported',
    words('当前存储不支持事务', 'The store in use has no transactions'),
    words('请改用 batch，或逐条写入。', 'Use a batch, or write one by one.'),
  ),
  'export-withdrawn': row(
    403,
    'forbidden',
    words('导出期间权限已变，未放出任何文件', 'The right to export ended meanwhile; no file left'),
    words(
      '如仍属本职，请联系授权部门后重新导出。',
      'If it is still your duty, ask whoever grants the right, and export again.',
    ),
  ),
  'export-unproven': row(
    503,
    'transient',
    words('尚无检查点覆盖所导出的留痕，未放出任何文件', 'No checkpoint covers the export yet; no file left'),
    words(
      '请稍候重新导出；持续出现时请联系信息科检查签名服务。',
      'Export again shortly; if it persists, let the IT department look at signing.',
    ),
  ),

  'audit-source-refused': row(
    403,
    'forbidden',
    words('不接受该调用方报送的留痕', 'No audit trail is taken from this caller'),
    words('请由信息科登记来源并授予范围。', 'Have the IT department register the source and grant the scope.'),
  ),

  // audit
  'audit-configuration-unreadable': row(
    500,
    'exception',
    words('留痕来源或去向的配置不可读', 'The configuration of audit sources or destinations is unreadable'),
    callIt,
  ),
  'audit-port-unavailable': row(
    503,
    'no-store',
    words('留痕接收端口不可用', 'A port for audit messages is unavailable'),
    callIt,
  ),
  'audit-destination-unavailable': row(
    503,
    'transient',
    words('留痕去向没有接收', 'A destination of the trace does not take it'),
    waitAndRetry,
  ),

  // continuity
  'outside-continuity': row(
    503,
    'no-store',
    words(
      '留痕系统暂不可用，应急方式不含此项操作，未放行任何内容',
      'The trace is unavailable, and this is not a use that may go on without it; nothing was released',
    ),
    words(
      '应急期间可调阅在诊患者的单份病历；其他操作请待恢复后再试。',
      'Meanwhile single records of patients in care can be opened; for anything else, wait until it is back.',
    ),
  ),
  'facts-too-old': row(
    503,
    'no-store',
    words(
      '留痕系统中断已久，权限依据过旧，未放行任何内容',
      'The trace has been away for so long that rights cannot be relied on; nothing was released',
    ),
    callIt,
  ),
  'spool-full': row(
    503,
    'no-store',
    words('本地留痕空间已满，未放行任何内容', 'The local trace is full; nothing was released'),
    callIt,
  ),
  'spool-unavailable': row(
    503,
    'no-store',
    words('本地留痕不能落盘，未放行任何内容', 'The local trace cannot be made durable; nothing was released'),
    waitAndRetry,
  ),
  'spool-locked': row(
    503,
    'no-store',
    words('本地留痕目录被另一进程占用', 'Another process holds the folder of local traces'),
    callIt,
  ),

  // the upstream
  'upstream-unavailable': row(
    503,
    'transient',
    words('上游病历系统没有应答', 'The upstream record system does not answer'),
    waitAndRetry,
  ),
  'upstream-timeout': row(
    504,
    'timeout',
    words('上游病历系统超时', 'The upstream record system took too long'),
    waitAndRetry,
  ),
  'upstream-refused': row(
    502,
    'processing',
    words('上游病历系统拒绝了请求', 'The upstream record system refused the request'),
    callIt,
  ),
  'upstream-nonsense': row(
    502,
    'exception',
    words('上游病历系统的应答不可用', 'The answer of the upstream record system is unusable'),
    callIt,
  ),

  // Fastify and its plugins
  FST_ERR_CTP_BODY_TOO_LARGE: row(
    413,
    'too-long',
    words('请求正文过大', 'The body is too large'),
    words('请拆分后分批发送。', 'Split it and send it in parts.'),
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: row(
    415,
    'not-supported',
    words('不接受这种内容类型', 'This content type is not accepted'),
    words('请改用该接口说明的内容类型。', 'Use the content type this interface documents.'),
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: row(400, 'required', words('缺少请求正文', 'The body is missing'), correct),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: row(
    400,
    'invalid',
    words('正文长度与声明不符', 'The body is not as long as declared'),
    correct,
  ),
  FST_ERR_CTP_INVALID_JSON_BODY: row(400, 'structure', words('正文不是合规的 JSON', 'The body is not JSON'), correct),
  FST_ERR_VALIDATION: row(400, 'invalid', words('请求内容不合规', 'The request breaks a rule'), correct),
  FST_ERR_BAD_URL: row(400, 'invalid', words('地址的编码不合规', 'The address is badly encoded'), correct),

  // by status, where a plugin has no code of its own
  'not-found': row(
    404,
    'not-found',
    words('没有这个地址', 'There is nothing at this address'),
    words('请核对地址。', 'Check the address.'),
  ),
  unauthenticated: row(401, 'login', words('需要登录', 'Sign-in is needed'), signIn),
  'too-many-requests': row(
    429,
    'throttled',
    words('请求过于频繁', 'Too many requests'),
    words('请按 Retry-After 头所示等待后再试。', 'Wait as the Retry-After header says and try again.'),
  ),
  internal: bug,
}
