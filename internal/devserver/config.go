package devserver

import (
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

const (
	clusterName = "active"
	// The names of the two stores.
	storeName           = "default"
	visibilityStoreName = "visibility"
)

// serverConfig is the static configuration: one host, four services, no listeners for metrics or profiling.
func serverConfig(o Options, p ports) (*config.Config, error) {
	stores, err := dataStores(o)
	if err != nil {
		return nil, err
	}
	conf := &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: host},
		},
		Persistence: config.Persistence{
			DefaultStore:     storeName,
			VisibilityStore:  visibilityStoreName,
			NumHistoryShards: historyShards,
			DataStores:       stores,
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled:                true,
				InitialFailoverVersion: 1,
				RPCAddress:             address(p.frontend),
				HTTPAddress:            address(p.frontendHTTP),
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		PublicClient:        config.PublicClient{HostPort: address(p.frontend)},
		Services: map[string]config.Service{
			string(primitives.FrontendService): service(p.frontend, p.frontendHTTP),
			string(primitives.HistoryService):  service(p.history, 0),
			string(primitives.MatchingService): service(p.matching, 0),
			string(primitives.WorkerService):   service(p.worker, 0),
		},
	}
	const disabled = "disabled"
	conf.Archival.History.State, conf.Archival.Visibility.State = disabled, disabled
	conf.NamespaceDefaults.Archival.History.State = disabled
	conf.NamespaceDefaults.Archival.Visibility.State = disabled
	return conf, nil
}

// dataStores returns one SQLite file, or two PostgreSQL databases.
func dataStores(o Options) (map[string]config.DataStore, error) {
	if o.Postgres == "" {
		file := config.DataStore{SQL: sqlConfig(o.DataDir)}
		return map[string]config.DataStore{storeName: file, visibilityStoreName: file}, nil
	}
	at, name, err := parsePostgres(o.Postgres)
	if err != nil {
		return nil, err
	}
	return map[string]config.DataStore{
		storeName:           {SQL: postgresConfig(at, name)},
		visibilityStoreName: {SQL: postgresConfig(at, name+visibilitySuffix)},
	}, nil
}

// service binds one service to the loopback address. httpPort 0 means no HTTP listener.
func service(grpcPort, httpPort int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: grpcPort, HTTPPort: httpPort, BindOnIP: host}}
}

// staticHosts tells the services about each other, so that none of them opens a membership port.
func staticHosts(p ports) map[primitives.ServiceName]static.Hosts {
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: static.SingleLocalHost(address(p.frontend)),
		primitives.HistoryService:  static.SingleLocalHost(address(p.history)),
		primitives.MatchingService: static.SingleLocalHost(address(p.matching)),
		primitives.WorkerService:   static.SingleLocalHost(address(p.worker)),
	}
}

// historyShards is fixed when a data directory is created: the server keeps the first value.
const historyShards = 1

// pollRPS is how often per second a history queue may be read. Each step of a chain of activities waits for the
// next read, so the default of 20 limits a chain to 20 activities per second.
const pollRPS = 2000

// dynamicConfig tunes the server for one small host. The defaults are for a cluster.
func dynamicConfig(o Options) dynamicconfig.StaticClient {
	out := dynamicconfig.StaticClient{
		dynamicconfig.TransferProcessorMaxPollRPS.Key():       pollRPS,
		dynamicconfig.TransferProcessorMaxPollHostRPS.Key():   pollRPS,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():          pollRPS,
		dynamicconfig.TimerProcessorMaxPollHostRPS.Key():      pollRPS,
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key():     pollRPS,
		dynamicconfig.VisibilityProcessorMaxPollHostRPS.Key(): pollRPS,
		dynamicconfig.OutboundProcessorMaxPollRPS.Key():       pollRPS,
		dynamicconfig.OutboundProcessorMaxPollHostRPS.Key():   pollRPS,

		// With four partitions and few pollers, one task in seven waits 50 to 100 ms to be forwarded.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// Tasks have a fairness key (the connection) and a priority. Priorities are on by default.
		dynamicconfig.MatchingEnableFairness.Key(): true,

		// A newly registered search attribute is accepted at once, by every service.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,

		// These limits protect a shared cluster. Here they would only slow down the single user.
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():                                 100_000,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key():                       1_000,
		dynamicconfig.FrontendMaxNamespaceNamespaceReplicationInducingAPIsRPSPerInstance.Key(): 1_000,
	}
	if o.ContinueAsNewAt > 0 {
		out[dynamicconfig.HistoryCountSuggestContinueAsNew.Key()] = o.ContinueAsNewAt
	}
	return out
}
