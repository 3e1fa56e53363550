# One case's table and its bars. Input: case, target, round, microseconds of the median request, requests per second, and processor
# microseconds that the target spent per request.
$1 == index_ { micros[$2, $3] = $4; rate[$2, $3] = $5; cpu[$2, $3] = $6 }

function median(values,    i, j, kept) { # of values[1..rounds], which it sorts
  for (i = 2; i <= rounds; i++) {
    kept = values[i]
    for (j = i - 1; j >= 1 && values[j] > kept; j--) values[j + 1] = values[j]
    values[j + 1] = kept
  }
  return (values[int((rounds + 1) / 2)] + values[int(rounds / 2) + 1]) / 2
}

function ratioTo(name,    r, ratios) { # of the gateway's rate, within the round
  for (r = 1; r <= rounds; r++) ratios[r] = rate["gateway", r] / rate[name, r]
  return median(ratios)
}

function atLeast(what, value, bar) { printf "  %-34s %8.2f   bar: at least %.2f   %s\n", what, value, bar, (value >= bar ? "met" : "NOT MET") }

function atMost(what, value, bar) { printf "  %-34s %8.0f   bar: at most %4d    %s\n", what, value, bar, (value <= bar ? "met" : "NOT MET") }

END {
  printf "\n%-36s %11s %10s %10s %10s %10s %10s\n", title, "requests/s", "median us", "added us", "of direct", "of nginx", "cpu us/req"
  count = split(targets, names, " ")
  for (n = 1; n <= count; n++) {
    name = names[n]
    for (r = 1; r <= rounds; r++) {
      rates[r] = rate[name, r]
      waits[r] = micros[name, r]
      spent[r] = cpu[name, r]
      more[r] = micros[name, r] - micros["direct", r]
      ofDirect[r] = rate[name, r] / rate["direct", r]
      ofNginx[r] = rate[name, r] / rate["nginx", r]
    }
    added[name] = median(more)
    printf "  %-34s %11.0f %10.0f %10.0f %10.2f %10.2f %10.1f\n", name, median(rates), median(waits), added[name], median(ofDirect), median(ofNginx), median(spent)
  }
  if (index_ == 0) {
    atLeast("requests/s beside nginx", ratioTo("nginx"), 0.75)
    atLeast("requests/s beside HAProxy", ratioTo("haproxy"), 0.9)
  }
  if (index_ == 1) atLeast("requests/s beside nginx", ratioTo("nginx"), 0.95)
  if (index_ == 2) atMost("us added to the direct median", added["gateway"], 60)
  if (index_ == 3) atMost("us added to the direct median", added["gateway"], 300)
}
