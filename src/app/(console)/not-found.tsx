/** What does not exist, or not for this reader: the two look alike. */
export default function NotFound() {
  return (
    <>
      <h1>没有找到这一页</h1>
      <p>网址可能有误，或者您当前的身份无权查看。请核对网址，或从首页重新进入。</p>
      <p>
        <a className="btn" href="/">
          回到首页
        </a>
      </p>
    </>
  );
}
