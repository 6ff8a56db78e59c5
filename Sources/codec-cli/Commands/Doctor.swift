import ArgumentParser

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the machine, the model, the port and the caches.",
        discussion: "Each line is ok, warn or fail. Status 1 when something fails.")

    @Option(help: ArgumentHelp("The model's GGUF file; the default model unless given.", valueName: "file"))
    var model: String?
    @Option(help: "The port that `codec serve` would take.")
    var port = 8000
    @Option(
        help: ArgumentHelp(
            "A gateway's configuration: checked with its maps, keys and upstreams, in place of a model.",
            valueName: "yaml"))
    var config: String?
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
        guard config == nil || model == nil else {
            throw ValidationError("--config and --model exclude each other")
        }
    }

    func run() async throws {
        var checks = [MachineChecks.processors(), MachineChecks.memory()]
        if let config {
            checks += await GatewayChecks.run(file: config)
        } else {
            checks += await ModelChecks.run(path: model)
        }
        checks += [MachineChecks.port(port), MachineChecks.cache()]
        try print(checks)
        if checks.contains(where: { $0.status == .fail }) { throw ExitCode.failure }
    }

    // Inlined into `run`, its typed errors crash Swift 6.3.1's optimizer ("splitting coroutine").
    @inline(never)
    private func print(_ checks: [DoctorCheck]) throws {
        let output = Output()
        if json {
            try output.write(try encodeJSON(checks) + "\n")
        } else {
            for check in checks {
                try output.write("\(check.status.rawValue.padded(to: 4))  \(check.name): \(check.detail)\n")
                if let hint = check.hint { try output.write("      \(hint)\n") }
            }
        }
        try output.flush()
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
