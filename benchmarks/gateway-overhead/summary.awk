# One case's table. Input: case, target, round, microseconds of the median request, requests per second.
$1 == index_ { micros[$2, $3] = $4; rate[$2, $3] = $5 }

function median(values,    i, j, kept) { # of values[1..rounds], which it sorts
  for (i = 2; i <= rounds; i++) {
    kept = values[i]
    for (j = i - 1; j >= 1 && values[j] > kept; j--) values[j + 1] = values[j]
    values[j + 1] = kept
  }
  return (values[int((rounds + 1) / 2)] + values[int(rounds / 2) + 1]) / 2
}

END {
  printf "%-30s %12s %10s %10s %10s %10s\n", title, "requests/s", "median us", "added us", "of direct", "of nginx"
  count = split(targets, names, " ")
  for (n = 1; n <= count; n++) {
    name = names[n]
    for (r = 1; r <= rounds; r++) {
      rates[r] = rate[name, r]
      waits[r] = micros[name, r]
      added[r] = micros[name, r] - micros["direct", r]
      ofDirect[r] = rate[name, r] / rate["direct", r]
      ofNginx[r] = rate[name, r] / rate["nginx", r]
    }
    printf "%-30s %12.0f %10.0f %10.0f %10.2f %10.2f\n", name, median(rates), median(waits), median(added), median(ofDirect), median(ofNginx)
  }
}
