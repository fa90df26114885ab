// Drag from one bin of a chart to another to narrow its days. Without this script each bin is a link.
for (const chart of document.querySelectorAll("svg.brush")) {
  const bins = [...chart.querySelectorAll("[data-since]")]
  const at = event => bins.findIndex(bin => bin === event.target.closest("[data-since]"))
  const chosen = event => bins.slice(Math.min(first, at(event)), Math.max(first, at(event)) + 1)
  let first = -1
  chart.addEventListener("dragstart", event => event.preventDefault())
  chart.addEventListener("pointerdown", event => { first = at(event) })
  chart.addEventListener("pointermove", event => {
    for (const bin of bins) bin.classList.toggle("brushed", first >= 0 && at(event) >= 0 && chosen(event).includes(bin))
  })
  chart.addEventListener("pointerup", event => {
    if (first >= 0 && at(event) >= 0 && at(event) !== first) {
      const url = new URL(location)
      url.searchParams.set("since", chosen(event)[0].dataset.since)
      url.searchParams.set("until", chosen(event).at(-1).dataset.until)
      location = url
    }
    first = -1
  })
}
