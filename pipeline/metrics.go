package pipeline

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	accepted     prometheus.Counter
	stored       prometheus.Counter
	dead         *prometheus.CounterVec
	stepSeconds  *prometheus.HistogramVec
	stepRetries  *prometheus.CounterVec
	storeRetries *prometheus.CounterVec
	inFlight     prometheus.Gauge
	lag          *prometheus.GaugeVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	opts := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "earshot", Subsystem: "pipeline", Name: name, Help: help}
	}
	m := &metrics{
		accepted: prometheus.NewCounter(prometheus.CounterOpts(opts("accepted_total", "Records noted as accepted."))),
		stored:   prometheus.NewCounter(prometheus.CounterOpts(opts("stored_total", "Interactions whose result was stored."))),
		dead:     prometheus.NewCounterVec(prometheus.CounterOpts(opts("dead_total", "Records that failed, by step and code.")), []string{"step", "code"}),
		stepSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "earshot", Subsystem: "pipeline", Name: "step_seconds", Help: "Time of one attempt of a step.",
			Buckets: []float64{0.0001, 0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200},
		}, []string{"step"}),
		stepRetries:  prometheus.NewCounterVec(prometheus.CounterOpts(opts("step_retries_total", "Attempts of a step that failed and were tried again.")), []string{"step"}),
		storeRetries: prometheus.NewCounterVec(prometheus.CounterOpts(opts("store_retries_total", "Calls that failed and were tried again: of the store, and of the broker for dead records.")), []string{"call"}),
		inFlight:     prometheus.NewGauge(prometheus.GaugeOpts(opts("in_flight", "Interactions being worked on."))),
		lag:          prometheus.NewGaugeVec(prometheus.GaugeOpts(opts("lag", "Records a consumer group has not finished.")), []string{"group"}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.accepted, m.stored, m.dead, m.stepSeconds, m.stepRetries, m.storeRetries, m.inFlight, m.lag} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
